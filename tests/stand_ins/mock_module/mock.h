/* What the parts of the mock module share. The folder of the library's own file is its whole world:
 *
 *   module           NAME=VALUE lines: manufacturer, description, removed (the code after a removal)
 *   curves           one parameter set a line: its OID in DER, then p a b q x y, all hexadecimal
 *   slots/N/token    the token of slot N, NAME=VALUE lines; without this file the slot is empty
 *   slots/N/absent   the token is pulled out
 *   slots/N/objects/ one file an object: lines of an attribute's type and value, hexadecimal;
 *                    the value after the word `secret` is the private key
 *   orders           how to misbehave, see faults.c; read anew at each call
 *   calls            the names of the functions called so far (written)
 *   logins           one line a login: whose, where, with what answer (written)
 *
 * Everything is read anew at each call, so a test changes a token by changing a file, and a token
 * keeps its state when the host is killed. PINs are kept as SHA-256 only.
 */
#ifndef MOCK_H
#define MOCK_H

#include <stddef.h>
#include <stdio.h>

typedef unsigned long ul;
typedef unsigned char byte;

typedef struct { ul type; void *value; ul length; } attribute; /* CK_ATTRIBUTE */
typedef struct { ul mechanism; void *parameter; ul length; } mechanism;

enum { MAX_ATTRIBUTES = 40, MAX_SECRET = 1024 };

typedef struct {
    ul slot, handle;
    int count;
    attribute attributes[MAX_ATTRIBUTES];
    byte secret[MAX_SECRET];
    ul secret_length;
} object;

typedef struct {
    ul slot, flags, generation;
    int used, finding, signing, confirmed;
    ul found[1000], found_count, found_next;
    ul key;
    mechanism how;
} session;

enum {
    CKR_OK = 0, HOST_MEMORY = 2, SLOT_ID_INVALID = 3, GENERAL_ERROR = 5, ARGUMENTS_BAD = 7,
    ATTRIBUTE_READ_ONLY = 0x10, ATTRIBUTE_SENSITIVE = 0x11, ATTRIBUTE_TYPE_INVALID = 0x12,
    DATA_LEN_RANGE = 0x21, FUNCTION_NOT_SUPPORTED = 0x54, KEY_HANDLE_INVALID = 0x60,
    KEY_TYPE_INCONSISTENT = 0x63, KEY_FUNCTION_NOT_PERMITTED = 0x68, MECHANISM_INVALID = 0x70,
    MECHANISM_PARAM_INVALID = 0x71, OBJECT_HANDLE_INVALID = 0x82, OPERATION_ACTIVE = 0x90,
    OPERATION_NOT_INITIALIZED = 0x91, PIN_INCORRECT = 0xA0, PIN_LEN_RANGE = 0xA2, PIN_LOCKED = 0xA4,
    SESSION_COUNT = 0xB1, SESSION_HANDLE_INVALID = 0xB3, SESSION_READ_ONLY = 0xB5,
    SESSION_EXISTS = 0xB6, SESSION_READ_ONLY_EXISTS = 0xB7, SESSION_READ_WRITE_SO_EXISTS = 0xB8,
    TEMPLATE_INCOMPLETE = 0xD0, TEMPLATE_INCONSISTENT = 0xD1, TOKEN_NOT_PRESENT = 0xE0,
    TOKEN_WRITE_PROTECTED = 0xE2, USER_ALREADY_LOGGED_IN = 0x100, USER_NOT_LOGGED_IN = 0x101,
    USER_PIN_NOT_INITIALIZED = 0x102, USER_TYPE_INVALID = 0x103,
    USER_ANOTHER_ALREADY_LOGGED_IN = 0x104, BUFFER_TOO_SMALL = 0x150,
    CRYPTOKI_NOT_INITIALIZED = 0x190, CRYPTOKI_ALREADY_INITIALIZED = 0x191
};

enum { SO = 0, USER = 1, CONTEXT = 2, NOBODY = 3 };

enum {
    CKA_CLASS = 0, CKA_TOKEN = 1, CKA_PRIVATE = 2, CKA_LABEL = 3, CKA_VALUE = 0x11, CKA_SUBJECT = 0x101,
    CKA_KEY_TYPE = 0x100, CKA_ID = 0x102, CKA_SIGN = 0x108, CKA_MODULUS = 0x120,
    CKA_MODULUS_BITS = 0x121, CKA_PUBLIC_EXPONENT = 0x122, CKA_PRIVATE_EXPONENT = 0x123,
    CKA_LOCAL = 0x163, CKA_EC_PARAMS = 0x180, CKA_EC_POINT = 0x181, CKA_ALWAYS_AUTHENTICATE = 0x202,
    CKA_GOSTR3410_PARAMS = 0x250
};
enum { CKO_CERTIFICATE = 1, CKO_PUBLIC_KEY = 2, CKO_PRIVATE_KEY = 3 };
enum { CKK_RSA = 0, CKK_EC = 3, CKK_GOST = 0x30 };
#define CKK_GOST_512 0xD4321003UL
#define TC26(n) (0xD4321000UL | (n))

/* faults.c: the files of the world, and misbehaviour */
void path_of(char *out, size_t size, const char *layout, ...);
int exists(const char *path);
int token_here(ul slot);
int all_slots(ul *slots, int most);
int token_text(ul slot, const char *name, char *out, size_t size);
ul token_number(ul slot, const char *name, int base, ul otherwise);
void set_token_text(ul slot, const char *name, const char *value);
void set_token_number(ul slot, const char *name, ul value);
int module_text(const char *name, char *out, size_t size);
ul called(const char *name);
int trick(const char *name, const char *word);
void note_login(ul user, ul slot, ul answer);

/* cards.c: what a token holds, and who may see it */
int has_mechanism(ul slot, ul number);
ul check_pin(ul slot, ul user, const byte *pin, ul length);
void set_pin(ul slot, ul user, const byte *pin, ul length);
ul token_flags(ul slot);
int load_object(ul slot, ul handle, object *out);
void save_object(object *item);
void free_object(object *item);
ul object_handles(ul slot, ul *handles, ul most);
attribute *find_attribute(attribute *list, ul count, ul type);
attribute *attribute_of(object *item, ul type);
ul number_of(object *item, ul type, ul otherwise);
int truth_of(object *item, ul type, int otherwise);
void set_attribute(object *item, ul type, const void *value, ul length);
ul new_handle(ul slot);
void remove_object(ul slot, ul handle);

/* maths.c: real keys and signatures, by libgcrypt */
void digest_of(int algorithm, const void *data, size_t length, byte *out);
void random_bytes(byte *out, size_t length);
enum { SHA256 = 8, STREEBOG_256 = 309, STREEBOG_512 = 310 };
ul sign_with(object *key, ul mechanism, const byte *data, ul length, byte *out, ul *size);
ul generate_pair(ul kind, object *public_key, object *private_key);
int hex_bytes(const char *text, byte *out, size_t most);

/* keys.c */
ul mechanism_suits(object *key, ul mechanism);

/* functions.c */
session *session_of(ul handle, ul *answer);
ul who_is_in(ul slot);
void log_in(ul slot, ul user);
int sessions_on(ul slot, int read_only);
#endif
