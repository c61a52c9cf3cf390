/* HTTP requests by libcurl, bounded. */
#include <curl/curl.h>
#include <pthread.h>

#include "net/net.h"

enum { CONNECT_SECONDS = 5, SILENT_SECONDS = 10, LONGEST_SECONDS = 300 };

typedef struct answer {
  cs_text *out;
  size_t limit;
  bool too_large;
} answer;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start_curl(void)
{
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t take(char *bytes, size_t size, size_t count, void *context)
{
  answer *a = context;
  size_t length = size * count;
  if (length > a->limit - a->out->length) {
    a->too_large = true;
    return 0;
  }
  cs_text_put(a->out, bytes, length);
  return a->out->failed ? 0 : length;
}

static void set_options(CURL *curl, const char *url, const cs_slice *body, answer *a, char *fault)
{
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)LONGEST_SECONDS);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 64L); /* bytes a second */
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)SILENT_SECONDS);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, fault);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "countersign");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, a);
  if (body != NULL) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->at);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->length);
  }
}

/* One handle a thread, so that connections are used again. */
static CURL *handle(void)
{
  static _Thread_local CURL *mine;
  pthread_once(&once, start_curl);
  if (mine == NULL)
    mine = curl_easy_init();
  else
    curl_easy_reset(mine);
  return mine;
}

cs_status cs_http(const char *url, const cs_slice *body, size_t limit, long *code, cs_text *out, cs_error *error)
{
  char fault[CURL_ERROR_SIZE] = "";
  answer a = {.out = out, .limit = limit};
  out->length = 0;
  CURL *curl = handle();
  if (curl == NULL)
    return cs_fail_memory(error);
  struct curl_slist *headers = body == NULL ? NULL : curl_slist_append(NULL, "Content-Type: text/plain; charset=utf-8");
  set_options(curl, url, body, &a, fault);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  CURLcode result = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, code);
  curl_slist_free_all(headers);
  if (result == CURLE_OK)
    return CS_OK;
  if (out->failed)
    return cs_fail_memory(error);
  if (a.too_large)
    return cs_fail(error, CS_INVALID, url, (cs_mark){0}, "the answer is larger than %zu bytes; expected less", limit);
  return cs_fail(error, CS_SYSTEM, url, (cs_mark){0}, "no answer: %s",
                 fault[0] != '\0' ? fault : curl_easy_strerror(result));
}
