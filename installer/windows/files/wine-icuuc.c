/* For the proof under Wine alone: the ICU that Windows 10 has and Qt6Core asks for. Each function
 * says that it is not available; Qt then does without. */
#define ICU __declspec(dllexport)
typedef int status;
enum { UNAVAILABLE = 4 };

ICU void *ucnv_open(const char *name, status *s) { (void)name; *s = UNAVAILABLE; return 0; }
ICU void ucnv_close(void *c) { (void)c; }
ICU void ucnv_reset(void *c) { (void)c; }
ICU void UCNV_FROM_U_CALLBACK_SUBSTITUTE(void) {}
ICU void UCNV_TO_U_CALLBACK_SUBSTITUTE(void) {}
ICU signed char ucnv_getMaxCharSize(void *c) { (void)c; return 1; }
ICU const char *ucnv_getName(void *c, status *s) { (void)c; *s = UNAVAILABLE; return 0; }
ICU void ucnv_getToUCallBack(void *c, void *a, void *b) { (void)c, (void)a, (void)b; }
ICU void ucnv_getFromUCallBack(void *c, void *a, void *b) { (void)c, (void)a, (void)b; }
ICU void ucnv_setToUCallBack(void *c, void *a, void *b, void *d, void *f, status *s) {
  (void)c, (void)a, (void)b, (void)d, (void)f;
  *s = UNAVAILABLE;
}
ICU void ucnv_setFromUCallBack(void *c, void *a, void *b, void *d, void *f, status *s) {
  (void)c, (void)a, (void)b, (void)d, (void)f;
  *s = UNAVAILABLE;
}
ICU void ucnv_cbToUWriteUChars(void *a, void *b, int n, int o, status *s) {
  (void)a, (void)b, (void)n, (void)o;
  *s = UNAVAILABLE;
}
ICU void ucnv_cbFromUWriteUChars(void *a, void *b, void *n, int o, status *s) {
  (void)a, (void)b, (void)n, (void)o;
  *s = UNAVAILABLE;
}
ICU void ucnv_toUnicode(void *a, void *b, void *c, void *d, void *e, void *f, char g, status *s) {
  (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g;
  *s = UNAVAILABLE;
}
ICU void ucnv_fromUnicode(void *a, void *b, void *c, void *d, void *e, void *f, char g, status *s) {
  (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g;
  *s = UNAVAILABLE;
}
ICU int ucnv_toUCountPending(void *a, status *s) { (void)a; *s = UNAVAILABLE; return 0; }
ICU int ucnv_fromUCountPending(void *a, status *s) { (void)a; *s = UNAVAILABLE; return 0; }
ICU const char *ucnv_getStandardName(const char *n, const char *k, status *s) {
  (void)n, (void)k;
  *s = UNAVAILABLE;
  return 0;
}
ICU const char *ucnv_getAvailableName(int n) { (void)n; return 0; }
ICU int ucnv_countAvailable(void) { return 0; }
