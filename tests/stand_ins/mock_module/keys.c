/* Objects of the mock module seen through a session: searching, reading, writing, signing. */
#include "mock.h"
#include <string.h>

enum { RW = 2, UNAVAILABLE = -1 };

#define BEGIN(name) ul code = called(name); if (code) return code; \
    session *s = session_of(handle, &code); if (!s) return code

static int visible(session *s, object *item) {
    return who_is_in(s->slot) == USER || !truth_of(item, CKA_PRIVATE, 0);
}

static int fetch(session *s, ul number, object *item) {
    if (!load_object(s->slot, number, item)) return 0;
    if (visible(s, item)) return 1;
    free_object(item);
    return 0;
}

static int matches(object *item, attribute *wanted, ul count) {
    for (ul i = 0; i < count; i++) {
        attribute *own = attribute_of(item, wanted[i].type);
        if (!own || own->length != wanted[i].length || memcmp(own->value, wanted[i].value, own->length))
            return 0;
    }
    return 1;
}

ul C_FindObjectsInit(ul handle, attribute *wanted, ul count) {
    ul handles[1000];
    object item;
    BEGIN("C_FindObjectsInit");
    if (s->finding) return OPERATION_ACTIVE;
    ul all = object_handles(s->slot, handles, 1000);
    s->finding = 1;
    s->found_count = s->found_next = 0;
    for (ul i = 0; i < all; i++) {
        if (!fetch(s, handles[i], &item)) continue;
        if (matches(&item, wanted, count)) s->found[s->found_count++] = handles[i];
        free_object(&item);
    }
    return CKR_OK;
}

ul C_FindObjects(ul handle, ul *out, ul most, ul *count) {
    BEGIN("C_FindObjects");
    if (!s->finding) return OPERATION_NOT_INITIALIZED;
    if (trick("C_FindObjects", "endless")) s->found_next = 0;
    for (*count = 0; *count < most && s->found_next < s->found_count;)
        out[(*count)++] = s->found[s->found_next++];
    return CKR_OK;
}

ul C_FindObjectsFinal(ul handle) {
    BEGIN("C_FindObjectsFinal");
    if (!s->finding) return OPERATION_NOT_INITIALIZED;
    s->finding = 0;
    return CKR_OK;
}

static ul read_one(object *item, attribute *wanted) {
    attribute *own = attribute_of(item, wanted->type);
    int private_part = number_of(item, CKA_CLASS, 0) == CKO_PRIVATE_KEY
                       && (wanted->type == CKA_VALUE || (wanted->type >= CKA_PRIVATE_EXPONENT && wanted->type <= 0x128));
    ul room = wanted->length;
    wanted->length = own && !private_part ? own->length : (ul)UNAVAILABLE;
    if (private_part) return ATTRIBUTE_SENSITIVE;
    if (!own) return ATTRIBUTE_TYPE_INVALID;
    if (!wanted->value) return CKR_OK;
    if (room < own->length) { wanted->length = (ul)UNAVAILABLE; return BUFFER_TOO_SMALL; }
    memcpy(wanted->value, own->value, own->length);
    return CKR_OK;
}

ul C_GetAttributeValue(ul handle, ul number, attribute *wanted, ul count) {
    object item;
    BEGIN("C_GetAttributeValue");
    if (!fetch(s, number, &item)) return OBJECT_HANDLE_INVALID;
    for (ul i = 0; i < count; i++) {
        ul answer = read_one(&item, &wanted[i]);
        if (answer) code = answer;
    }
    free_object(&item);
    return code;
}

/* Whether this session may write. */
static ul writable(session *s) {
    if (!(s->flags & RW)) return SESSION_READ_ONLY;
    if (token_flags(s->slot) & 2) return TOKEN_WRITE_PROTECTED;
    return who_is_in(s->slot) == USER ? CKR_OK : USER_NOT_LOGGED_IN;
}

ul C_SetAttributeValue(ul handle, ul number, attribute *given, ul count) {
    object item;
    BEGIN("C_SetAttributeValue");
    if ((code = writable(s))) return code;
    if (!fetch(s, number, &item)) return OBJECT_HANDLE_INVALID;
    if (!truth_of(&item, 0x170, 1)) { free_object(&item); return ATTRIBUTE_READ_ONLY; } /* CKA_MODIFIABLE */
    for (ul i = 0; i < count; i++) set_attribute(&item, given[i].type, given[i].value, given[i].length);
    save_object(&item);
    free_object(&item);
    return CKR_OK;
}

ul C_DestroyObject(ul handle, ul number) {
    object item;
    BEGIN("C_DestroyObject");
    if ((code = writable(s))) return code;
    if (!fetch(s, number, &item)) return OBJECT_HANDLE_INVALID;
    free_object(&item);
    remove_object(s->slot, number);
    return CKR_OK;
}

static void fill(object *item, session *s, attribute *given, ul count) {
    memset(item, 0, sizeof *item);
    item->slot = s->slot;
    item->handle = new_handle(s->slot);
    for (ul i = 0; i < count; i++) set_attribute(item, given[i].type, given[i].value, given[i].length);
}

/* A private key that is brought in: its number moves to where nobody reads it. */
static ul take_secret(object *item) {
    int rsa = number_of(item, CKA_KEY_TYPE, 0) == CKK_RSA;
    attribute *value = attribute_of(item, rsa ? CKA_PRIVATE_EXPONENT : CKA_VALUE);
    if (!token_number(item->slot, "imports", 10, 1)) return FUNCTION_NOT_SUPPORTED;
    if (!value || value->length > MAX_SECRET) return TEMPLATE_INCOMPLETE;
    item->secret_length = value->length;
    int big_endian = rsa || number_of(item, CKA_KEY_TYPE, 0) == CKK_EC;
    for (ul i = 0; i < value->length; i++)
        item->secret[i] = ((byte *)value->value)[big_endian ? i : value->length - 1 - i];
    value->length = 0;
    byte no = 0;
    set_attribute(item, CKA_LOCAL, &no, 1);
    return CKR_OK;
}

ul C_CreateObject(ul handle, attribute *given, ul count, ul *number) {
    object item;
    BEGIN("C_CreateObject");
    if ((code = writable(s))) return code;
    fill(&item, s, given, count);
    ul kind = number_of(&item, CKA_CLASS, ~0UL);
    if (kind == ~0UL) code = TEMPLATE_INCOMPLETE;
    if (kind == CKO_CERTIFICATE && token_number(s->slot, "certificate_needs_subject", 10, 0)
        && !attribute_of(&item, CKA_SUBJECT))
        code = TEMPLATE_INCOMPLETE;
    if (kind == CKO_PRIVATE_KEY) code = take_secret(&item);
    if (!code) save_object(&item);
    *number = item.handle;
    free_object(&item);
    return code;
}

/* The token's own rules for templates: `private_template` lists TYPE=VALUE in hexadecimal, and an
 * attribute of these types with another value is refused. */
static ul against_rules(ul slot, attribute *given, ul count) {
    char text[1024], *rest = text;
    byte value[64];
    unsigned long type;
    int used;
    token_text(slot, "private_template", text, sizeof text);
    for (; sscanf(rest, " %lx=%n", &type, &used) == 1; rest += strcspn(rest, " ")) {
        rest += used;
        int length = hex_bytes(rest, value, sizeof value);
        attribute *own = find_attribute(given, count, type);
        if (own && (own->length != (ul)length || memcmp(own->value, value, own->length)))
            return ATTRIBUTE_READ_ONLY;
    }
    return CKR_OK;
}

static ul kind_of(ul how) {
    switch (how) {
        case 0: return CKK_RSA;
        case 0x1040: return CKK_EC;
        case 0x1200: return CKK_GOST;
        default: return how == TC26(5) ? CKK_GOST_512 : ~0UL;
    }
}

ul C_GenerateKeyPair(ul handle, mechanism *how, attribute *public_template, ul public_count,
                     attribute *private_template, ul private_count, ul *public_number,
                     ul *private_number) {
    object halves[2];
    byte yes = 1;
    BEGIN("C_GenerateKeyPair");
    if ((code = writable(s))) return code;
    ul kind = kind_of(how->mechanism);
    if (kind == ~0UL || !has_mechanism(s->slot, how->mechanism)) return MECHANISM_INVALID;
    if ((code = against_rules(s->slot, private_template, private_count))) return code;
    fill(&halves[0], s, public_template, public_count);
    fill(&halves[1], s, private_template, private_count);
    halves[1].handle++;
    for (ul i = 0; i < 2; i++) {
        ul class = i ? CKO_PRIVATE_KEY : CKO_PUBLIC_KEY;
        byte private_object = (byte)i;
        set_attribute(&halves[i], CKA_CLASS, &class, sizeof class);
        set_attribute(&halves[i], CKA_KEY_TYPE, &kind, sizeof kind);
        set_attribute(&halves[i], CKA_LOCAL, &yes, 1);
        if (!attribute_of(&halves[i], CKA_PRIVATE)) set_attribute(&halves[i], CKA_PRIVATE, &private_object, 1);
    }
    code = generate_pair(kind, &halves[0], &halves[1]);
    for (int i = 0; i < 2; i++) {
        if (!code && !(i && trick("C_GenerateKeyPair", "half"))) save_object(&halves[i]);
        free_object(&halves[i]);
    }
    if (!code && trick("C_GenerateKeyPair", "half")) code = 0x31; /* DEVICE_MEMORY */
    *public_number = halves[0].handle;
    *private_number = halves[1].handle;
    return code;
}

ul mechanism_suits(object *key, ul how) {
    ul kind = number_of(key, CKA_KEY_TYPE, ~0UL);
    ul wanted;
    switch (how) {
        case 1: wanted = CKK_RSA; break;
        case 0x1041: wanted = CKK_EC; break;
        case 0x1201: wanted = CKK_GOST; break;
        default:
            if (how == TC26(8)) wanted = CKK_GOST;
            else if (how == TC26(6) || how == TC26(9)) wanted = CKK_GOST_512;
            else return MECHANISM_INVALID;
    }
    return kind == wanted ? CKR_OK : KEY_TYPE_INCONSISTENT;
}

ul C_SignInit(ul handle, mechanism *how, ul key) {
    object item;
    BEGIN("C_SignInit");
    if (s->signing) return OPERATION_ACTIVE;
    if (!has_mechanism(s->slot, how->mechanism)) return MECHANISM_INVALID;
    if (how->length) return MECHANISM_PARAM_INVALID; /* NULL is what all tokens take */
    if (!fetch(s, key, &item)) return who_is_in(s->slot) == USER ? KEY_HANDLE_INVALID : USER_NOT_LOGGED_IN;
    code = mechanism_suits(&item, how->mechanism);
    if (number_of(&item, CKA_CLASS, 0) != CKO_PRIVATE_KEY) code = KEY_HANDLE_INVALID;
    if (!truth_of(&item, CKA_SIGN, 1)) code = KEY_FUNCTION_NOT_PERMITTED;
    free_object(&item);
    if (code) return code;
    s->signing = 1;
    s->confirmed = 0;
    s->key = key;
    s->how = *how;
    return CKR_OK;
}

static void turn(byte *out, ul size) {
    for (ul i = 0; i < size / 2; i++) {
        byte kept = out[i];
        out[i] = out[size - 1 - i];
        out[size - 1 - i] = kept;
    }
}

/* Spoils a good signature in the ordered way. */
static void spoil(byte *out, ul *size) {
    if (trick("C_Sign", "spoil")) out[*size - 1] ^= 1;
    if (trick("C_Sign", "short")) --*size;
    if (trick("C_Sign", "long")) out[(*size)++] = 0;
    if (trick("C_Sign", "empty")) *size = 0;
    if (trick("C_Sign", "reverse")) turn(out, *size);
    if (trick("C_Sign", "swap")) { turn(out, *size); turn(out, *size / 2); turn(out + *size / 2, *size / 2); }
}

ul C_Sign(ul handle, const byte *data, ul length, byte *out, ul *size) {
    object item;
    byte made[1024];
    ul made_size = 0, code;
    if (!out) { /* asked how long it will be: no operation ends, no order is obeyed */
        *size = sizeof made;
        return session_of(handle, &code) ? CKR_OK : code;
    }
    code = called("C_Sign");
    if (code) return code;
    session *s = session_of(handle, &code);
    if (!s) return code;
    if (!s->signing) return OPERATION_NOT_INITIALIZED;
    s->signing = 0;
    if (!fetch(s, s->key, &item)) return USER_NOT_LOGGED_IN;
    if (truth_of(&item, CKA_ALWAYS_AUTHENTICATE, 0) && !s->confirmed)
        code = USER_NOT_LOGGED_IN;
    else
        code = sign_with(&item, s->how.mechanism, data, length, made, &made_size);
    free_object(&item);
    if (code) return code;
    spoil(made, &made_size);
    if (*size < made_size) return BUFFER_TOO_SMALL;
    memcpy(out, made, made_size);
    *size = made_size;
    return CKR_OK;
}

ul C_GenerateRandom(ul handle, byte *out, ul length) {
    BEGIN("C_GenerateRandom");
    random_bytes(out, length);
    return CKR_OK;
}
