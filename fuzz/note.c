#include "fuzz.h"
#include "ledger/ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  static const char *const keys[] = {
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "witness+2a1b6f47+BOlFx9pkgzSn6Ve6K1E5DCVVcTp2LFt7KfB8yJ1cZ4PX",
  };
  cs_slice text = {(const char *)bytes, length};
  cs_note note;
  cs_error error;
  if (cs_note_parse(text, "note", &note, &error) != CS_OK)
    return 0;
  need(note.count > 0 && note.count <= CS_NOTE_SIGNATURES);
  need(note.text.at == text.at && note.text.length > 0 && note.text.at[note.text.length - 1] == '\n');
  size_t lines = 0;
  for (size_t i = 0; i < note.count; i++)
    lines += note.signatures[i].line.length;
  need(note.text.length + 1 + lines == length);
  for (size_t i = 0; i < CS_COUNT_OF(keys); i++) {
    cs_verifier key;
    uint64_t time;
    if (cs_verifier_parse(cs_slice_of(keys[i]), &key))
      cs_note_verify(&note, &key, &time);
  }
  return 0;
}
