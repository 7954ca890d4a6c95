/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a PEM file holds, as HAProxy reads it: its first certificate is the one
 * that clients see, its first private key belongs to that, the certificates
 * behind it are the chain.  Everything else in the file is passed over.
 */
#ifndef PENSTOCK_CONFIG_CERTIFICATE_H
#define PENSTOCK_CONFIG_CERTIFICATE_H

#include <stdint.h>

#include "penstock/base/err.h"
#include "penstock/base/str.h"
#include "penstock/base/vec.h"

enum certificate_key {
	CERTIFICATE_KEY_NONE,      /* there is no private key in the file */
	CERTIFICATE_KEY_MATCHES,   /* it belongs to the certificate */
	CERTIFICATE_KEY_OTHER,     /* it belongs to another one */
	CERTIFICATE_KEY_ENCRYPTED, /* it needs a passphrase; nobody is asked for it */
	CERTIFICATE_KEY_BROKEN,    /* it cannot be read */
};

struct certificate {
	struct str     subject;    /* "/C=FR/CN=app.example": HAProxy's spelling */
	struct str     issuer;
	struct strings names;      /* host names and addresses that it is for: those of
	                            * subjectAltName, else its common name */
	int64_t        not_before; /* seconds since 1970 */
	int64_t        not_after;
	struct str     serial;     /* hexadecimal digits as in `show ssl cert` */
	struct str     sha1;       /* fingerprints, in the same digits */
	struct str     sha256;
	enum certificate_key key;
	size_t         chain;      /* how many certificates follow it */
};

#define CERTIFICATE_INIT \
	{ .subject = STR_INIT, .issuer = STR_INIT, .names = STRINGS_INIT, \
	  .serial = STR_INIT, .sha1 = STR_INIT, .sha256 = STR_INIT }

/*
 * Reads the text of a PEM file; what *out held is released first.  A key that is
 * missing, foreign, encrypted or broken is told in `key` and is no error.
 * Errors: ERR_PARSE where there is no certificate or one cannot be read (with
 * the line of the block), ERR_LIMIT for a file that is too large to be one.
 */
int  certificate_read(struct span pem, struct certificate *out, struct err *err);
void certificate_release(struct certificate *certificate);

/*
 * Whether HAProxy would take the key for a certificate of its own.  Errors:
 * ERR_PARSE, a sentence on what is wrong with the key.
 */
int certificate_check_key(const struct certificate *certificate, struct err *err);

#endif
