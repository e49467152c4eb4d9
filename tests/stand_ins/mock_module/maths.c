/* Keys and signatures of the mock module: GOST R 34.10-2012, ECDSA and RSA over libgcrypt. Its
 * header may be missing where its library is not, so what is used of it is declared here. */
#include "mock.h"
#include <stdlib.h>
#include <string.h>

typedef struct gcry_mpi *mpi;
typedef struct gcry_point *point;
typedef struct gcry_context *context;
typedef struct gcry_sexp *sexp;

extern const char *gcry_check_version(const char *);
extern void gcry_randomize(void *, size_t, int);
extern void gcry_md_hash_buffer(int, void *, const void *, size_t);
extern mpi gcry_mpi_new(unsigned);
extern void gcry_mpi_release(mpi);
extern unsigned gcry_mpi_scan(mpi *, int, const void *, size_t, size_t *);
extern unsigned gcry_mpi_print(int, byte *, size_t, size_t *, mpi);
extern unsigned gcry_mpi_get_nbits(mpi);
extern int gcry_mpi_cmp_ui(mpi, ul);
extern void gcry_mpi_mod(mpi, mpi, mpi);
extern void gcry_mpi_add_ui(mpi, mpi, ul);
extern void gcry_mpi_sub_ui(mpi, mpi, ul);
extern void gcry_mpi_addm(mpi, mpi, mpi, mpi);
extern void gcry_mpi_mulm(mpi, mpi, mpi, mpi);
extern int gcry_mpi_invm(mpi, mpi, mpi);
extern void gcry_mpi_powm(mpi, mpi, mpi, mpi);
extern unsigned gcry_sexp_build(sexp *, size_t *, const char *, ...);
extern sexp gcry_sexp_find_token(sexp, const char *, size_t);
extern mpi gcry_sexp_nth_mpi(sexp, int, int);
extern void gcry_sexp_release(sexp);
extern unsigned gcry_pk_genkey(sexp *, sexp);
extern unsigned gcry_mpi_ec_new(context *, sexp, const char *);
extern point gcry_mpi_point_new(unsigned);
extern void gcry_mpi_point_release(point);
extern point gcry_mpi_point_set(point, mpi, mpi, mpi);
extern void gcry_mpi_ec_mul(point, mpi, point, context);
extern int gcry_mpi_ec_get_affine(mpi, mpi, point, context);
extern void gcry_ctx_release(context);

enum { UNSIGNED = 5, HEX = 4, STRONG = 1 };
enum { P, A, B, Q, X, Y, PARTS };
typedef struct { mpi part[PARTS]; ul size; } curve;

static void begin(void) { gcry_check_version(NULL); }

void digest_of(int algorithm, const void *data, size_t length, byte *out) {
    begin();
    gcry_md_hash_buffer(algorithm, out, data, length);
}

void random_bytes(byte *out, size_t length) { begin(); gcry_randomize(out, length, STRONG); }

int hex_bytes(const char *text, byte *out, size_t most) {
    size_t count = 0;
    unsigned value;
    for (; count < most && sscanf(text, "%2x", &value) == 1 && text[0] > ' '; text += 2)
        out[count++] = (byte)value;
    return (int)count;
}

static mpi scanned(const byte *data, ul length) {
    mpi number = NULL;
    gcry_mpi_scan(&number, UNSIGNED, data, length, NULL);
    return number;
}

static void reversed(const byte *from, byte *to, ul length) {
    for (ul i = 0; i < length; i++) to[i] = from[length - 1 - i];
}

static void print_padded(mpi number, byte *out, ul size) {
    size_t length = (gcry_mpi_get_nbits(number) + 7) / 8;
    memset(out, 0, size);
    gcry_mpi_print(UNSIGNED, out + size - length, length, NULL, number);
}

/* Finds a parameter set by the DER of its OID in the file `curves`. */
static int find_curve(const byte *oid, ul length, curve *out) {
    char path[4096], line[2048], wanted[128] = "";
    int found = 0;
    for (ul i = 0; i < length && i < 60; i++) sprintf(wanted + 2 * i, "%02x", oid[i]);
    path_of(path, sizeof path, "curves");
    FILE *file = fopen(path, "r");
    while (file && !found && fgets(line, sizeof line, file)) {
        char *word = strtok(line, " \n");
        if (!word || strcmp(word, wanted)) continue;
        for (int i = 0; i < PARTS; i++) {
            word = strtok(NULL, " \n");
            gcry_mpi_scan(&out->part[i], HEX, word, 0, NULL);
        }
        out->size = (gcry_mpi_get_nbits(out->part[P]) + 7) / 8;
        found = 1;
    }
    if (file) fclose(file);
    return found;
}

static void free_curve(curve *c) {
    for (int i = 0; i < PARTS; i++) gcry_mpi_release(c->part[i]);
}

/* (x, y) = k times the base point */
static void multiply(curve *c, mpi k, mpi x, mpi y) {
    byte base[200];
    sexp domain;
    context where;
    mpi one = gcry_mpi_new(8);
    point from = gcry_mpi_point_new(0), to = gcry_mpi_point_new(0);
    base[0] = 4;
    print_padded(c->part[X], base + 1, c->size);
    print_padded(c->part[Y], base + 1 + c->size, c->size);
    gcry_sexp_build(&domain, NULL, "(ecc(p %m)(a %m)(b %m)(g %b)(n %m)(h 1:\1))", c->part[P],
                    c->part[A], c->part[B], (int)(1 + 2 * c->size), base, c->part[Q]);
    gcry_mpi_ec_new(&where, domain, NULL);
    gcry_mpi_add_ui(one, one, 1);
    gcry_mpi_point_set(from, c->part[X], c->part[Y], one);
    gcry_mpi_ec_mul(to, k, from, where);
    gcry_mpi_ec_get_affine(x, y, to, where);
    gcry_mpi_point_release(from);
    gcry_mpi_point_release(to);
    gcry_mpi_release(one);
    gcry_ctx_release(where);
    gcry_sexp_release(domain);
}

static mpi drawn(curve *c) {
    byte octets[128];
    random_bytes(octets, c->size + 8);
    mpi number = scanned(octets, c->size + 8);
    gcry_mpi_sub_ui(c->part[Q], c->part[Q], 1);
    gcry_mpi_mod(number, number, c->part[Q]);
    gcry_mpi_add_ui(c->part[Q], c->part[Q], 1);
    gcry_mpi_add_ui(number, number, 1);
    return number;
}

/* GOST R 34.10-2012 §6.1: s = r d + k e; ECDSA (FIPS 186-5): s = (e + r d) / k. Written by the
 * order of each: s||r or r||s, big-endian. */
static void sign_on_curve(curve *c, int gost, mpi d, mpi e, byte *out) {
    mpi q = c->part[Q], r = gcry_mpi_new(0), s = gcry_mpi_new(0), y = gcry_mpi_new(0);
    gcry_mpi_mod(e, e, q);
    if (gost && !gcry_mpi_cmp_ui(e, 0)) gcry_mpi_add_ui(e, e, 1);
    do {
        mpi k = drawn(c), other = gcry_mpi_new(0);
        multiply(c, k, r, y);
        gcry_mpi_mod(r, r, q);
        gcry_mpi_mulm(s, r, d, q);
        if (gost) {
            gcry_mpi_mulm(other, k, e, q);
            gcry_mpi_addm(s, s, other, q);
        } else {
            gcry_mpi_addm(s, s, e, q);
            gcry_mpi_invm(other, k, q);
            gcry_mpi_mulm(s, s, other, q);
        }
        gcry_mpi_release(k);
        gcry_mpi_release(other);
    } while (!gcry_mpi_cmp_ui(r, 0) || !gcry_mpi_cmp_ui(s, 0));
    print_padded(gost ? s : r, out, c->size);
    print_padded(gost ? r : s, out + c->size, c->size);
    gcry_mpi_release(r);
    gcry_mpi_release(s);
    gcry_mpi_release(y);
}

static ul sign_rsa(object *key, const byte *data, ul length, byte *out, ul *size) {
    attribute *modulus = attribute_of(key, CKA_MODULUS);
    byte block[1024];
    if (!modulus || modulus->length > sizeof block || length + 11 > modulus->length) return DATA_LEN_RANGE;
    memset(block, 0xFF, modulus->length); /* RFC 8017 §9.2 */
    block[0] = 0;
    block[1] = 1;
    block[modulus->length - length - 1] = 0;
    memcpy(block + modulus->length - length, data, length);
    mpi n = scanned(modulus->value, modulus->length), m = scanned(block, modulus->length);
    mpi d = scanned(key->secret, key->secret_length);
    gcry_mpi_powm(m, m, d, n);
    print_padded(m, out, modulus->length);
    *size = modulus->length;
    gcry_mpi_release(n);
    gcry_mpi_release(m);
    gcry_mpi_release(d);
    return CKR_OK;
}

/* Signs as C_Sign does with a mechanism that suits the key; `out` has room for 1024 octets. */
ul sign_with(object *key, ul how, const byte *data, ul length, byte *out, ul *size) {
    byte digest[64], turned[64];
    ul kind = number_of(key, CKA_KEY_TYPE, 0);
    begin();
    if (kind == CKK_RSA) return sign_rsa(key, data, length, out, size);
    int gost = kind != CKK_EC;
    attribute *oid = attribute_of(key, gost ? CKA_GOSTR3410_PARAMS : CKA_EC_PARAMS);
    curve c;
    if (!oid || !find_curve(oid->value, oid->length, &c)) return GENERAL_ERROR;
    if (how == TC26(8) || how == TC26(9)) { /* the token hashes by itself */
        digest_of(how == TC26(8) ? STREEBOG_256 : STREEBOG_512, data, length, digest);
        data = digest;
        length = c.size;
    }
    ul answer = CKR_OK;
    if (gost ? length != c.size : !length || length > c.size)
        answer = DATA_LEN_RANGE;
    else {
        if (gost) reversed(data, turned, length);
        mpi e = scanned(gost ? turned : data, length), d = scanned(key->secret, key->secret_length);
        sign_on_curve(&c, gost, d, e, out);
        *size = 2 * c.size;
        gcry_mpi_release(e);
        gcry_mpi_release(d);
    }
    free_curve(&c);
    return answer;
}

static ul generate_rsa(object *public_key, object *private_key) {
    static const char *const names[] = {"n", "e", "d"};
    sexp order, made, found;
    byte octets[3][1024];
    ul lengths[3], bits = number_of(public_key, CKA_MODULUS_BITS, 2048);
    gcry_sexp_build(&order, NULL, "(genkey(rsa(nbits %d)(flags transient-key)))", (int)bits);
    if (gcry_pk_genkey(&made, order)) return GENERAL_ERROR;
    for (int i = 0; i < 3; i++) {
        found = gcry_sexp_find_token(made, names[i], 0);
        mpi number = gcry_sexp_nth_mpi(found, 1, UNSIGNED);
        lengths[i] = (gcry_mpi_get_nbits(number) + 7) / 8;
        print_padded(number, octets[i], lengths[i]);
        gcry_mpi_release(number);
        gcry_sexp_release(found);
    }
    gcry_sexp_release(order);
    gcry_sexp_release(made);
    for (int i = 0; i < 2; i++) {
        object *half = i ? private_key : public_key;
        set_attribute(half, CKA_MODULUS, octets[0], lengths[0]);
        set_attribute(half, CKA_PUBLIC_EXPONENT, octets[1], lengths[1]);
    }
    memcpy(private_key->secret, octets[2], lengths[2]);
    private_key->secret_length = lengths[2];
    return CKR_OK;
}

/* Makes a key pair of a type by the parameters in the templates. */
ul generate_pair(ul kind, object *public_key, object *private_key) {
    byte value[200];
    begin();
    if (kind == CKK_RSA) return generate_rsa(public_key, private_key);
    ul type = kind == CKK_EC ? CKA_EC_PARAMS : CKA_GOSTR3410_PARAMS;
    attribute *oid = attribute_of(public_key, type);
    curve c;
    if (!oid) return TEMPLATE_INCOMPLETE;
    if (!find_curve(oid->value, oid->length, &c)) return GENERAL_ERROR;
    set_attribute(private_key, type, oid->value, oid->length);
    mpi d = drawn(&c), x = gcry_mpi_new(0), y = gcry_mpi_new(0);
    multiply(&c, d, x, y);
    print_padded(d, private_key->secret, c.size);
    private_key->secret_length = c.size;
    byte *at = value;
    if (kind == CKK_EC) {
        *at++ = 4; /* an OCTET STRING around the uncompressed point */
        *at++ = (byte)(2 * c.size + 1);
        *at++ = 4;
        print_padded(x, at, c.size);
        print_padded(y, at + c.size, c.size);
        set_attribute(public_key, CKA_EC_POINT, value, 3 + 2 * c.size);
    } else {
        byte coordinate[64];
        print_padded(x, coordinate, c.size);
        reversed(coordinate, value, c.size);
        print_padded(y, coordinate, c.size);
        reversed(coordinate, value + c.size, c.size);
        set_attribute(public_key, CKA_VALUE, value, 2 * c.size);
    }
    gcry_mpi_release(d);
    gcry_mpi_release(x);
    gcry_mpi_release(y);
    free_curve(&c);
    return CKR_OK;
}
