/* Chance that can be played again: libsodium's random numbers from a seed, for the length of an exercise. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "exercise/game.h"

static struct {
  unsigned char key[crypto_stream_chacha20_KEYBYTES];
  uint64_t drawn;
} dice;

static const char *name(void)
{
  return "exercise";
}

static void draw(void *const into, const size_t length)
{
  unsigned char nonce[crypto_stream_chacha20_NONCEBYTES];
  memcpy(nonce, &dice.drawn, sizeof nonce);
  dice.drawn++;
  crypto_stream_chacha20(into, length, nonce, dice.key);
}

static uint32_t draw_number(void)
{
  uint32_t number;
  draw(&number, sizeof number);
  return number;
}

static randombytes_implementation seeded = {.implementation_name = name, .random = draw_number, .buf = draw};

void cs_dice_load(uint64_t seed)
{
  char text[64];
  int length = snprintf(text, sizeof text, "countersign exercise v1\n%llu", (unsigned long long)seed);
  crypto_hash_sha256(dice.key, (const unsigned char *)text, (unsigned long long)length);
  dice.drawn = 0;
  randombytes_set_implementation(&seeded);
}

void cs_dice_unload(void)
{
  randombytes_set_implementation(&randombytes_sysrandom_implementation);
}

/* splitmix64, with what would favour some numbers thrown away. */
uint64_t cs_dice_below(cs_game *game, uint64_t limit)
{
  uint64_t most = UINT64_MAX - UINT64_MAX % limit, z;
  do {
    z = game->dice += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
  } while (z >= most);
  return z % limit;
}
