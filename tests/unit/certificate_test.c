/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands in a PEM file, and what is wrong with it. */
#include "unit.h"

#include "pem.h"
#include "penstock/base/mem.h"
#include "penstock/config/certificate.h"

/* Reads a text that must be readable. */
static struct certificate read_good(const char *pem)
{
	struct certificate certificate = CERTIFICATE_INIT;
	struct err         err = ERR_INIT;

	assert_int_equal(certificate_read(span_of(pem), &certificate, &err), 0);
	err_release(&err);
	return certificate;
}

/* Reads one that must not be; its error has to hold the words. */
static void assert_fails(struct span pem, enum err_code code, const char *words)
{
	struct certificate certificate = CERTIFICATE_INIT;
	struct err         err = ERR_INIT;

	assert_int_equal(certificate_read(pem, &certificate, &err), -1);
	assert_int_equal(err.code, code);
	assert_non_null(strstr(err.text.bytes, words));
	err_release(&err);
	certificate_release(&certificate);
}

static void assert_key(const char *pem, enum certificate_key key, const char *words)
{
	struct certificate certificate = read_good(pem);
	struct err         err = ERR_INIT;

	assert_int_equal(certificate.key, key);
	assert_int_equal(certificate_check_key(&certificate, &err), words ? -1 : 0);
	if (words)
		assert_non_null(strstr(err.text.bytes, words));
	err_release(&err);
	certificate_release(&certificate);
}

static void subject_serial_and_fingerprints_are_spelled_as_haproxy_does(void **state)
{
	struct certificate certificate = read_good(PEM_APP);

	(void)state;
	assert_string_equal(certificate.subject.bytes, "/O=Example/CN=app.example");
	assert_string_equal(certificate.issuer.bytes, "/CN=Penstock Test CA");
	assert_string_equal(certificate.serial.bytes, "A1B2C3D4");
	assert_string_equal(certificate.sha1.bytes, "F1DE2A7AA7FF17A456EC62C429EAA71B077E324C");
	assert_string_equal(certificate.sha256.bytes,
			    "97B3C2F57A1BF674946F094D49D0D50C"
			    "5BAB4978F98E92D25EF8049019551852");
	certificate_release(&certificate);
}

static void times_are_seconds_since_1970(void **state)
{
	struct certificate certificate = read_good(PEM_APP);

	(void)state;
	assert_int_equal(certificate.not_before, 1709208000);
	assert_int_equal(certificate.not_after, 4102444799);
	certificate_release(&certificate);
}

static void names_are_those_that_clients_may_ask_for(void **state)
{
	struct certificate certificate = read_good(PEM_APP);

	(void)state;
	assert_int_equal(certificate.names.list.count, 4);
	assert_string_equal(certificate.names.list.items[0], "app.example");
	assert_string_equal(certificate.names.list.items[1], "*.app.example");
	assert_string_equal(certificate.names.list.items[2], "192.0.2.7");
	assert_string_equal(certificate.names.list.items[3], "2001:db8::7");
	certificate_release(&certificate);
}

static void the_common_name_counts_where_there_is_no_other(void **state)
{
	struct certificate certificate = read_good(PEM_PLAIN);

	(void)state;
	assert_int_equal(certificate.names.list.count, 1);
	assert_string_equal(certificate.names.list.items[0], "plain.example");
	certificate_release(&certificate);
}

static void the_first_certificate_of_a_bundle_is_the_one(void **state)
{
	struct certificate certificate = read_good(PEM_APP_KEY PEM_APP PEM_CA PEM_PLAIN);

	(void)state;
	assert_string_equal(certificate.subject.bytes, "/O=Example/CN=app.example");
	assert_int_equal(certificate.chain, 2);
	certificate_release(&certificate);
}

static void a_certificate_is_read_again_over_another(void **state)
{
	struct certificate certificate = read_good(PEM_APP PEM_CA);

	(void)state;
	assert_int_equal(certificate_read(span_of(PEM_PLAIN), &certificate, NULL), 0);
	assert_int_equal(certificate.names.list.count, 1);
	assert_int_equal(certificate.chain, 0);
	certificate_release(&certificate);
}

static void a_key_is_found_wherever_it_stands(void **state)
{
	(void)state;
	assert_key(PEM_APP PEM_APP_KEY, CERTIFICATE_KEY_MATCHES, NULL);
	assert_key(PEM_APP_KEY PEM_APP, CERTIFICATE_KEY_MATCHES, NULL);
	assert_key(PEM_CA PEM_APP PEM_CA_KEY, CERTIFICATE_KEY_MATCHES, NULL);
}

static void a_missing_or_foreign_key_is_told(void **state)
{
	(void)state;
	assert_key(PEM_APP, CERTIFICATE_KEY_NONE, "there is no private key");
	assert_key(PEM_APP PEM_CA_KEY, CERTIFICATE_KEY_OTHER, "belongs to another certificate");
}

static void an_encrypted_key_asks_nobody(void **state)
{
	(void)state;
	assert_key(PEM_APP PEM_APP_KEY_PKCS8, CERTIFICATE_KEY_ENCRYPTED, "encrypted");
	assert_key(PEM_APP PEM_APP_KEY_LEGACY, CERTIFICATE_KEY_ENCRYPTED, "encrypted");
}

static void an_encrypted_key_under_a_plain_label_asks_nobody(void **state)
{
	struct str pem = STR_INIT;

	(void)state;
	str_add_text(&pem, PEM_APP PEM_APP_KEY_PKCS8);
	for (char *at; (at = strstr(pem.bytes, "ENCRYPTED "));)
		memmove(at, at + 10, strlen(at + 10) + 1);
	assert_key(pem.bytes, CERTIFICATE_KEY_BROKEN, "cannot be read");
	str_release(&pem);
}

static void a_broken_key_leaves_the_certificate_readable(void **state)
{
	(void)state;
	assert_key(PEM_APP "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
		   CERTIFICATE_KEY_BROKEN, "cannot be read");
}

static void other_blocks_and_words_between_are_passed_over(void **state)
{
	(void)state;
	assert_key("Bag Attributes\n  friendlyName: app\n" PEM_APP
		   "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
		   "-----END EC PARAMETERS-----\n" PEM_APP_KEY "the end\n",
		   CERTIFICATE_KEY_MATCHES, NULL);
}

static void lines_may_end_as_on_windows(void **state)
{
	static const char pem[] = PEM_APP PEM_APP_KEY;
	struct str        made = STR_INIT;

	(void)state;
	for (const char *at = pem; *at; at++)
		str_addf(&made, *at == '\n' ? "\r\n" : "%c", *at);
	assert_key(made.bytes, CERTIFICATE_KEY_MATCHES, NULL);
	str_release(&made);
}

static void a_file_without_a_certificate_is_refused(void **state)
{
	(void)state;
	assert_fails(span_of(""), ERR_PARSE, "there is no certificate");
	assert_fails(span_of("hello\n"), ERR_PARSE, "there is no certificate");
	assert_fails(span_of(PEM_APP_KEY), ERR_PARSE, "there is no certificate");
	assert_fails(span_make(NULL, 0), ERR_PARSE, "there is no certificate");
}

static void a_damaged_block_is_named_by_its_line(void **state)
{
	static const char end[] = "-----END CERTIFICATE-----\n";

	(void)state;
	assert_fails(span_of("\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
		     ERR_PARSE, "ends in line 4 cannot be read");
	assert_fails(span_of("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"),
		     ERR_PARSE, "is no PEM");
	assert_fails(span_make(PEM_APP, strlen(PEM_APP) - strlen(end)), ERR_PARSE, "is no PEM");
}

static void any_cut_and_any_changed_byte_is_survived(void **state)
{
	static const char  pem[] = PEM_APP_KEY PEM_APP;
	struct certificate certificate = CERTIFICATE_INIT;
	struct err         err = ERR_INIT;
	char               changed[sizeof(pem)];

	(void)state;
	for (size_t i = 0; i < sizeof(pem); i++) {
		memcpy(changed, pem, sizeof(pem));
		changed[i] ^= (char)0x84;
		if (certificate_read(span_make(pem, i), &certificate, &err))
			assert_int_equal(err.code, ERR_PARSE);
		if (certificate_read(span_make(changed, sizeof(pem) - 1), &certificate, &err))
			assert_int_equal(err.code, ERR_PARSE);
	}
	err_release(&err);
	certificate_release(&certificate);
}

static void a_file_of_any_size_is_no_certificate(void **state)
{
	(void)state;
	assert_fails(span_make("", (size_t)1 << 40), ERR_LIMIT, "bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subject_serial_and_fingerprints_are_spelled_as_haproxy_does),
		cmocka_unit_test(times_are_seconds_since_1970),
		cmocka_unit_test(names_are_those_that_clients_may_ask_for),
		cmocka_unit_test(the_common_name_counts_where_there_is_no_other),
		cmocka_unit_test(the_first_certificate_of_a_bundle_is_the_one),
		cmocka_unit_test(a_certificate_is_read_again_over_another),
		cmocka_unit_test(a_key_is_found_wherever_it_stands),
		cmocka_unit_test(a_missing_or_foreign_key_is_told),
		cmocka_unit_test(an_encrypted_key_asks_nobody),
		cmocka_unit_test(an_encrypted_key_under_a_plain_label_asks_nobody),
		cmocka_unit_test(a_broken_key_leaves_the_certificate_readable),
		cmocka_unit_test(other_blocks_and_words_between_are_passed_over),
		cmocka_unit_test(lines_may_end_as_on_windows),
		cmocka_unit_test(a_file_without_a_certificate_is_refused),
		cmocka_unit_test(a_damaged_block_is_named_by_its_line),
		cmocka_unit_test(any_cut_and_any_changed_byte_is_survived),
		cmocka_unit_test(a_file_of_any_size_is_no_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
