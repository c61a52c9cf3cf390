/* The network: a home's ledger served to others, and theirs followed.
 *
 * A server publishes the ledger as C2SP tlog-tiles under its root, witnesses the ledgers of peers (tlog-witness), takes
 * cosignatures, and answers a small JSON API (docs/openapi.yaml). Synchronisation fetches what a peer has added, checks
 * signature, growth and statements, keeps a copy and cosigns it. Nothing that a peer sends is trusted: every answer is
 * bounded in size and time. */
#ifndef CS_NET_H
#define CS_NET_H

#include "home/home.h"

/* ---- Serving ------------------------------------------------------------------------------------------------- */

typedef struct cs_server cs_server;

/* Serves `home` on "ADDRESS:PORT" (port 0: any; an IPv6 address in brackets; "localhost") from threads of its own, until stopped. The
 * home is not used by the caller meanwhile. A home that is locked serves, and does not witness. */
cs_status cs_server_start(cs_home *home, const char *address, cs_server **out, cs_error *error);
unsigned cs_server_port(const cs_server *server);
void cs_server_stop(cs_server *server);

/* ---- Following ----------------------------------------------------------------------------------------------- */

/* What came of one peer. */
typedef struct cs_sync_report {
  uint64_t size;      /* of the peer's ledger */
  uint64_t fetched;   /* entries that were new */
  uint64_t late;      /* statements among them that came after their deadline */
  uint64_t refused;   /* statements among them that the agreement does not admit */
  uint64_t backdated; /* and that are dated before a checkpoint which does not have them */
  bool cosigned;      /* the checkpoint is cosigned now */
  bool delivered;     /* and the peer has taken the cosignature */
  cs_text evidence;   /* files that were written, a line each */
  cs_text accusation; /* in words, where the ledger itself is at fault; nothing was accepted then */
} cs_sync_report;
void cs_sync_report_free(cs_sync_report *report);

/* Called now and then while entries are fetched. */
typedef void (*cs_sync_progress)(void *context, uint64_t done, uint64_t all);

/* Brings the copy of `peer` up to date. CS_INVALID and CS_SYSTEM: it could not be followed (it does not answer, or not as a
 * ledger does), and the copy is as before; what had been fetched is kept and used the next time. */
cs_status cs_sync_peer(cs_home *home, const cs_peer *peer, int64_t time, cs_sync_progress progress, void *context,
                       cs_sync_report *report, cs_error *error);

/* Asks a witness to cosign the own checkpoint (C2SP tlog-witness), and keeps its cosignature; `size` is the checkpoint's.
 * CS_INVALID and CS_SYSTEM: it did not. */
cs_status cs_offer_checkpoint(cs_home *home, const cs_peer *witness, uint64_t *size, cs_error *error);

/* ---- A ledger as files --------------------------------------------------------------------------------------- */

/* The files of a ledger as C2SP tlog-tiles names them, under an address or in a folder, which stays the caller's. */
typedef struct cs_files {
  const char *place;
  bool folder;
} cs_files;

/* Reads the file `path` of at most `limit` bytes; adds its bytes to `out`, which is emptied first. */
cs_status cs_files_read(const cs_files *files, const char *path, size_t limit, cs_text *out, cs_error *error);

/* Checks a whole ledger from its files, keeping nothing: signatures, every bundle of entries, every tile, the root. `keys`
 * are the ledger's and any others; each of them must have signed the checkpoint. In a folder the partial tiles that are
 * left of smaller trees are checked too, and where the ledger begins with the adoption of an agreement, the files "key" and
 * "treaty.yaml". CS_INVALID names the file that is not as it was signed. */
typedef struct cs_verified {
  cs_text note; /* the checkpoint; the caller releases it */
  cs_checkpoint checkpoint;
  cs_verifier
    cosigner; /* that the adoption in the ledger names; of no name where there is none. What it signed is checked */
} cs_verified;
cs_status cs_files_verify(const cs_files *files, const cs_verifier *keys, size_t key_count, cs_sync_progress progress,
                          void *context, cs_verified *out, cs_error *error);

/* Writes the ledger of `key`, `log`, into `folder`: the files that a server of C2SP tlog-tiles would serve, and "key" and
 * "treaty.yaml". The folder is made, is empty, or holds an older export of the same ledger, to which only what is new is
 * added. The checkpoint comes last, when everything that it signs is on the disk. `before` is how many entries it had. */
cs_status cs_export(cs_home *home, const cs_verifier *key, cs_log *log, const char *folder, cs_sync_progress progress,
                    void *context, uint64_t *before, cs_error *error);

/* ---- Client, for all of these -------------------------------------------------------------------------------- */

/* Fetches `url` with at most `limit` bytes of answer. `body` NULL: GET; otherwise POST. Adds the answer to `out` and sets the
 * HTTP status. Follows no redirect; gives up on a peer that is silent. */
cs_status cs_http(const char *url, const cs_slice *body, size_t limit, long *code, cs_text *out, cs_error *error);

#endif
