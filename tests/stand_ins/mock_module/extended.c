/* What only Rutoken's module adds: C_EX_*. Linked into one of the two libraries. */
#include "mock.h"
#include <string.h>

enum { RW = 2 };

/* CK_TOKEN_INFO_EXTENDED of rtpkcs11t.h: 256 octets where CK_ULONG has eight. */
typedef struct {
    ul size, type, protocol, microcode, order, flags, max_so_pin, min_so_pin, max_user_pin, min_user_pin;
    ul max_so_tries, so_tries, max_user_tries, user_tries;
    byte serial[8];
    ul memory, free;
    byte atr[64];
    ul atr_length, class, battery, colour, checksum, percentage, battery_flags;
} extended;

ul C_EX_GetTokenInfoExtended(ul slot, extended *out) {
    char text[64];
    ul code = called("C_EX_GetTokenInfoExtended");
    if (code) return code;
    if (!token_here(slot)) return TOKEN_NOT_PRESENT;
    if (out->size != sizeof *out) return ARGUMENTS_BAD;
    memset(out, 0, sizeof *out);
    out->size = sizeof *out;
    out->flags = 2 | (token_number(slot, "so_factory", 10, 0) ? 0 : 4)
                 | (token_number(slot, "user_factory", 10, 0) ? 0 : 8)
                 | token_number(slot, "extended_flags", 16, 0);
    out->min_so_pin = out->min_user_pin = token_number(slot, "min_pin", 10, 4);
    out->max_so_pin = out->max_user_pin = token_number(slot, "max_pin", 10, 32);
    out->max_so_tries = token_number(slot, "so_max", 10, 10);
    out->so_tries = token_number(slot, "so_tries", 10, 10);
    out->max_user_tries = token_number(slot, "user_max", 10, 10);
    out->user_tries = token_number(slot, "user_tries", 10, 10);
    token_text(slot, "serial", text, sizeof text);
    byte serial[8];
    int length = hex_bytes(text, serial, sizeof serial);
    memcpy(out->serial + 8 - length, serial, (size_t)length);
    out->memory = token_number(slot, "memory", 10, ~0UL);
    out->free = token_number(slot, "free", 10, ~0UL);
    token_text(slot, "atr", text, sizeof text);
    out->atr_length = (ul)hex_bytes(text, out->atr, sizeof out->atr);
    out->class = token_number(slot, "class", 10, 1);
    return CKR_OK;
}

ul C_EX_UnblockUserPIN(ul handle) {
    ul code = called("C_EX_UnblockUserPIN");
    if (code) return code;
    session *s = session_of(handle, &code);
    if (!s) return code;
    if (who_is_in(s->slot) != SO) return USER_NOT_LOGGED_IN;
    set_token_number(s->slot, "user_tries", token_number(s->slot, "user_max", 10, 10));
    return CKR_OK;
}

ul C_EX_SetTokenName(ul handle, const byte *label, ul length) {
    char text[80] = "";
    ul code = called("C_EX_SetTokenName");
    if (code) return code;
    session *s = session_of(handle, &code);
    if (!s) return code;
    if (!(s->flags & RW)) return SESSION_READ_ONLY;
    if (who_is_in(s->slot) != USER) return USER_NOT_LOGGED_IN;
    if (length > 32) return ARGUMENTS_BAD;
    for (ul i = 0; i < length; i++) sprintf(text + 2 * i, "%02x", label[i]);
    set_token_text(s->slot, "label", text);
    return CKR_OK;
}

/* CK_RUTOKEN_INIT_PARAM */
typedef struct {
    ul size, use_repair_mode;
    const byte *new_so_pin;
    ul new_so_length;
    const byte *new_user_pin;
    ul new_user_length, change_policy, min_so_length, min_user_length, max_so_tries, max_user_tries;
    const byte *label;
    ul label_length, sm_mode;
} init_parameters;

ul C_EX_InitToken(ul slot, const byte *pin, ul length, const init_parameters *how) {
    ul handles[1000];
    char text[80] = "";
    ul code = called("C_EX_InitToken");
    if (code) return code;
    if (!token_here(slot)) return TOKEN_NOT_PRESENT;
    if (sessions_on(slot, 0)) return SESSION_EXISTS;
    if (how->size != sizeof *how || how->max_so_tries < 3 || how->max_so_tries > 10
        || how->max_user_tries < 1 || how->max_user_tries > 10 || how->label_length > 32)
        return ARGUMENTS_BAD;
    code = check_pin(slot, SO, pin, length);
    note_login(SO, slot, code);
    if (code) return code;
    ul count = object_handles(slot, handles, 1000);
    for (ul i = 0; i < count; i++) remove_object(slot, handles[i]);
    set_token_number(slot, "so_max", how->max_so_tries);
    set_token_number(slot, "user_max", how->max_user_tries);
    set_token_number(slot, "min_pin", how->min_user_length);
    set_pin(slot, SO, how->new_so_pin, how->new_so_length);
    set_pin(slot, USER, how->new_user_pin, how->new_user_length);
    for (ul i = 0; i < how->label_length; i++) sprintf(text + 2 * i, "%02x", how->label[i]);
    set_token_text(slot, "label", text);
    return CKR_OK;
}

/* The 34 pointers, of which four do something. */
typedef struct { byte version[2]; void *functions[34]; } list;

static ul not_here(void) { return FUNCTION_NOT_SUPPORTED; }

ul C_EX_GetFunctionListExtended(list **out) {
    static list ours = {{1, 0}, {0}};
    static void *const known[34] = {
        [0] = C_EX_GetFunctionListExtended, [1] = C_EX_InitToken, [2] = C_EX_GetTokenInfoExtended,
        [3] = C_EX_UnblockUserPIN, [4] = C_EX_SetTokenName,
    };
    for (int i = 0; i < 34; i++) ours.functions[i] = known[i] ? known[i] : (void *)not_here;
    *out = &ours;
    return CKR_OK;
}
