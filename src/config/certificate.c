/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/certificate.h"

#include <arpa/inet.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "penstock/base/mem.h"

/* No certificate with its chain comes near; OpenSSL counts in int. */
enum { PEM_LIMIT = 16 << 20 };

void certificate_release(struct certificate *certificate)
{
	str_release(&certificate->subject);
	str_release(&certificate->issuer);
	strings_release(&certificate->names);
	str_release(&certificate->serial);
	str_release(&certificate->sha1);
	str_release(&certificate->sha256);
}

/* One file while it is read. */
struct reading {
	struct span pem;
	BIO        *bio;
	X509       *leaf;
	EVP_PKEY   *key;
	size_t      chain;
	enum certificate_key state; /* of the first key seen; MATCHES: not compared yet */
};

/* A block between BEGIN and END. */
struct block {
	char          *label;  /* "CERTIFICATE" */
	char          *header; /* "Proc-Type: 4,ENCRYPTED…" or "" */
	unsigned char *bytes;
	long           len;
};

static unsigned line_reached(const struct reading *reading)
{
	size_t      done = reading->pem.len - (size_t)BIO_pending(reading->bio);
	const char *at = reading->pem.at, *end = at + done;
	unsigned    lines = 0;

	while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
		lines++;
		at++;
	}
	return lines ? lines : 1;
}

static int read_certificate(struct reading *reading, const struct block *block, struct err *err)
{
	const unsigned char *bytes = block->bytes;
	bool                 trusted = strstr(block->label, "TRUSTED") != NULL;
	X509                *read = trusted ? d2i_X509_AUX(NULL, &bytes, block->len)
					    : d2i_X509(NULL, &bytes, block->len);

	if (!read)
		return err_set(err, ERR_PARSE,
			       "the certificate that ends in line %u cannot be read; it may "
			       "have been cut short or changed",
			       line_reached(reading));
	if (reading->leaf) {
		reading->chain++;
		X509_free(read);
	} else {
		reading->leaf = read;
	}
	return 0;
}

static int read_key(struct reading *reading, const struct block *block, struct err *err)
{
	const unsigned char *bytes = block->bytes;

	(void)err; /* a bad key is a state, not an error */
	if (reading->state != CERTIFICATE_KEY_NONE)
		return 0;
	reading->state = CERTIFICATE_KEY_ENCRYPTED;
	if (strstr(block->label, "ENCRYPTED") || strstr(block->header, "ENCRYPTED"))
		return 0;
	reading->key = d2i_AutoPrivateKey(NULL, &bytes, block->len);
	reading->state = reading->key ? CERTIFICATE_KEY_MATCHES : CERTIFICATE_KEY_BROKEN;
	return 0;
}

/* What is done with a block, by the end of its label. */
static const struct {
	const char *label;
	int       (*read)(struct reading *reading, const struct block *block, struct err *err);
} block_table[] = {
	{ "CERTIFICATE", read_certificate },
	{ "PRIVATE KEY", read_key },
};

static int read_block(struct reading *reading, const struct block *block, struct err *err)
{
	for (size_t i = 0; i < N(block_table); i++)
		if (span_ends(span_of(block->label), block_table[i].label))
			return block_table[i].read(reading, block, err);
	return 0;
}

/* Gives 1 for a block, 0 at the end of the file, -1 after an error. */
static int next_block(struct reading *reading, struct block *block, struct err *err)
{
	unsigned long code;

	if (PEM_read_bio(reading->bio, &block->label, &block->header, &block->bytes, &block->len))
		return 1;
	code = ERR_peek_last_error();
	if (ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE)
		return 0;
	return err_set(err, ERR_PARSE,
		       "the block that ends in line %u is no PEM; it needs lines of base64 "
		       "between its BEGIN and its END",
		       line_reached(reading));
}

static int read_blocks(struct reading *reading, struct err *err)
{
	struct block block;
	int          got, failed = 0;

	while (!failed && (got = next_block(reading, &block, err)) != 0) {
		if (got < 0)
			return -1;
		failed = read_block(reading, &block, err);
		OPENSSL_free(block.label);
		OPENSSL_free(block.header);
		OPENSSL_clear_free(block.bytes, (size_t)block.len);
	}
	if (!failed && !reading->leaf)
		return err_set(err, ERR_PARSE,
			       "there is no certificate in it; one begins with "
			       "'-----BEGIN CERTIFICATE-----'");
	return failed;
}

static void add_hex(struct str *out, const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		str_addf(out, "%02X", bytes[i]);
}

static void add_digest(struct str *out, const X509 *leaf, const EVP_MD *kind)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned      len = 0;

	if (X509_digest(leaf, kind, bytes, &len))
		add_hex(out, bytes, len);
}

static void add_name(struct str *out, const X509_NAME *name)
{
	char *text = X509_NAME_oneline(name, NULL, 0);

	if (text)
		str_add_text(out, text);
	OPENSSL_free(text);
}

/* Seconds since 1970, by OpenSSL's own calendar: time_t may have 32 bits. */
static int64_t seconds_of(const ASN1_TIME *time)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int        days = 0, seconds = 0;

	if (!epoch || !ASN1_TIME_diff(&days, &seconds, epoch, time))
		days = seconds = 0;
	ASN1_TIME_free(epoch);
	return (int64_t)days * 86400 + seconds;
}

static void add_alternative(struct strings *names, const GENERAL_NAME *name)
{
	char                 text[INET6_ADDRSTRLEN];
	const ASN1_STRING   *value;
	const unsigned char *bytes;
	int                  kind, len;

	value = GENERAL_NAME_get0_value(name, &kind);
	if (kind != GEN_DNS && kind != GEN_IPADD)
		return;
	bytes = ASN1_STRING_get0_data(value);
	len = ASN1_STRING_length(value);
	if (kind == GEN_DNS)
		strings_add_n(names, (const char *)bytes, (size_t)len);
	else if ((len == 4 || len == 16) &&
		 inet_ntop(len == 4 ? AF_INET : AF_INET6, bytes, text, sizeof(text)))
		strings_add(names, text);
}

static void add_names(struct strings *names, const X509 *leaf)
{
	GENERAL_NAMES   *list = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
	const X509_NAME *subject = X509_get_subject_name(leaf);
	unsigned char   *common = NULL;
	int              index, len;

	for (int i = 0; i < sk_GENERAL_NAME_num(list); i++)
		add_alternative(names, sk_GENERAL_NAME_value(list, i));
	GENERAL_NAMES_free(list);
	index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	if (names->list.count || index < 0)
		return;
	len = ASN1_STRING_to_UTF8(&common,
				  X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
	if (len >= 0)
		strings_add_n(names, (const char *)common, (size_t)len);
	OPENSSL_free(common);
}

static void take_facts(struct certificate *out, const struct reading *reading)
{
	X509              *leaf = reading->leaf;
	const ASN1_STRING *serial = X509_get0_serialNumber(leaf);

	add_name(&out->subject, X509_get_subject_name(leaf));
	add_name(&out->issuer, X509_get_issuer_name(leaf));
	add_names(&out->names, leaf);
	out->not_before = seconds_of(X509_get0_notBefore(leaf));
	out->not_after = seconds_of(X509_get0_notAfter(leaf));
	add_hex(&out->serial, ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial));
	add_digest(&out->sha1, leaf, EVP_sha1());
	add_digest(&out->sha256, leaf, EVP_sha256());
	out->chain = reading->chain;
	out->key = reading->state;
	if (reading->key && X509_check_private_key(leaf, reading->key) != 1)
		out->key = CERTIFICATE_KEY_OTHER;
}

int certificate_read(struct span pem, struct certificate *out, struct err *err)
{
	struct reading reading = { .pem = pem };
	int            failed;

	certificate_release(out);
	*out = (struct certificate)CERTIFICATE_INIT;
	if (pem.len > PEM_LIMIT)
		return err_set(err, ERR_LIMIT, "it has %zu bytes, which no certificate needs",
			       pem.len);
	ERR_clear_error();
	reading.bio = BIO_new_mem_buf(pem.len ? pem.at : "", (int)pem.len);
	if (!reading.bio)
		die("out of memory");
	failed = read_blocks(&reading, err);
	if (!failed)
		take_facts(out, &reading);
	X509_free(reading.leaf);
	EVP_PKEY_free(reading.key);
	BIO_free(reading.bio);
	ERR_clear_error();
	return failed;
}

static const char *const key_faults[] = {
	[CERTIFICATE_KEY_NONE] = "there is no private key in it; put it behind the certificate, "
				 "or beside it in a file of the same name with '.key' behind it",
	[CERTIFICATE_KEY_MATCHES] = NULL,
	[CERTIFICATE_KEY_OTHER] = "its private key belongs to another certificate",
	[CERTIFICATE_KEY_ENCRYPTED] = "its private key is encrypted; 'openssl pkey' writes it "
				      "without a passphrase",
	[CERTIFICATE_KEY_BROKEN] = "its private key cannot be read; it may have been cut short "
				   "or changed",
};

int certificate_check_key(const struct certificate *certificate, struct err *err)
{
	const char *fault = key_faults[certificate->key];

	return fault ? err_set(err, ERR_PARSE, "%s", fault) : 0;
}
