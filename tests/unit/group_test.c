/* seal/group.h: libsodium judges scalars, points and products one by one. */
#include <sodium.h>
#include <string.h>

#include "group_support.h"

static void engines_are_chosen_by_name(void **state)
{
  (void)state;
  assert_false(cs_group_use("abacus"));
  assert_true(cs_group_use("portable"));
  assert_true(cs_group_use(NULL));
}

/* ---- Scalars ------------------------------------------------------------------------------------------------------ */

static void decoding_scalars_refuses_what_is_not_canonical(void **state)
{
  (void)state;
  unsigned char bytes[32], back[32];
  cs_scalar a;
  for (int offset = -8; offset < 8; offset++) {
    near_order(offset, bytes);
    assert_int_equal(cs_scalar_decode(bytes, &a), offset < 0);
    cs_scalar_encode(&a, back);
    assert_true(offset >= 0 || memcmp(bytes, back, 32) == 0);
  }
  memset(bytes, 0xff, sizeof bytes);
  assert_false(cs_scalar_decode(bytes, &a));
  for (size_t i = 0; i < 32; i++) { /* l with one byte greater */
    near_order(0, bytes);
    bytes[i]++;
    assert_false(cs_scalar_decode(bytes, &a));
  }
}

static void reducing_agrees_with_sodium(void **state)
{
  (void)state;
  for (uint32_t i = 0; i < 2000; i++) {
    unsigned char wide[64], expected[32], got[32];
    cs_scalar a;
    if (i < 64) {
      memset(wide, i % 2 == 0 ? 0xff : 0, 64);
      wide[i] ^= 0x5a;
    } else if (i < 80) { /* multiples of l, and their neighbours */
      memset(wide, 0, 64);
      near_order((int)i % 5 - 2, wide + (i - 64) * 2);
    } else if (i == 80) {
      memset(wide, 0xff, 64);
    } else {
      bytes_of(i, wide, sizeof wide);
    }
    crypto_core_ristretto255_scalar_reduce(expected, wide);
    cs_scalar_reduce(wide, &a);
    cs_scalar_encode(&a, got);
    assert_memory_equal(got, expected, 32);
  }
}

static void scalar_arithmetic_agrees_with_sodium(void **state)
{
  (void)state;
  for (size_t i = 0; i < SCALARS; i++)
    for (size_t j = 0; j < SCALARS; j++) {
      cs_scalar a = try_scalar(i), b = try_scalar(j), out;
      unsigned char x[32], y[32], expected[32], got[32];
      cs_scalar_encode(&a, x);
      cs_scalar_encode(&b, y);
      cs_scalar_add(&a, &b, &out);
      cs_scalar_encode(&out, got);
      crypto_core_ristretto255_scalar_add(expected, x, y);
      assert_memory_equal(got, expected, 32);
      cs_scalar_subtract(&a, &b, &out);
      cs_scalar_encode(&out, got);
      crypto_core_ristretto255_scalar_sub(expected, x, y);
      assert_memory_equal(got, expected, 32);
      cs_scalar_multiply(&a, &b, &out);
      cs_scalar_encode(&out, got);
      crypto_core_ristretto255_scalar_mul(expected, x, y);
      assert_memory_equal(got, expected, 32);
      crypto_core_ristretto255_scalar_add(expected, expected, y);
      cs_scalar_multiply_add(&a, &b, &b, &out);
      cs_scalar_encode(&out, got);
      assert_memory_equal(got, expected, 32);
      assert_int_equal(cs_scalar_equal(&a, &b), memcmp(x, y, 32) == 0);
    }
}

static void negating_and_inverting_agree_with_sodium(void **state)
{
  (void)state;
  cs_scalar all[SCALARS], scratch[SCALARS];
  for (size_t i = 0; i < SCALARS; i++) {
    cs_scalar a = try_scalar(i), out;
    unsigned char x[32], expected[32], got[32];
    all[i] = a;
    cs_scalar_encode(&a, x);
    cs_scalar_negate(&a, &out);
    cs_scalar_encode(&out, got);
    crypto_core_ristretto255_scalar_negate(expected, x);
    assert_memory_equal(got, expected, 32);
    cs_scalar_invert(&a, &out);
    cs_scalar_encode(&out, got);
    assert_int_equal(cs_scalar_is_zero(&a), i == 0);
    if (crypto_core_ristretto255_scalar_invert(expected, x) == 0)
      assert_memory_equal(got, expected, 32);
    else
      assert_true(cs_scalar_is_zero(&out));
  }
  cs_scalar_invert_all(all + 1, scratch, SCALARS - 1);
  cs_scalar_invert_all(all, scratch, 0);
  for (size_t i = 1; i < SCALARS; i++) {
    cs_scalar a = try_scalar(i), out;
    cs_scalar_invert(&a, &out);
    assert_true(cs_scalar_equal(&out, &all[i]));
  }
}

static void random_scalars_differ(void **state)
{
  (void)state;
  cs_scalar a, b;
  unsigned char bytes[32];
  cs_scalar_random(&a);
  cs_scalar_random(&b);
  assert_false(cs_scalar_equal(&a, &b));
  cs_scalar_encode(&a, bytes);
  assert_true(cs_scalar_decode(bytes, &b));
}

/* ---- Points ------------------------------------------------------------------------------------------------------- */

/* RFC 9496, appendix A.1. */
static void multiples_of_the_base_are_those_of_the_rfc(void **state)
{
  (void)state;
  static const char *const multiples[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76",
    "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
    "94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259",
    "da80862773358b466ffadfe0b3293ab3d9fd53c5ea6c955358f568322daf6a57",
    "e882b131016b52c1d3337080187cf768423efccbb517bb495ab812c4160ff44e",
    "f64746d3c92b13050ed8d80236a7f0007c3b3f962f5ba793d19a601ebb1df403",
    "44f53520926ec81fbd5a387845beb7df85a96a24ece18738bdcfa6a7822a176d",
    "903293d8f2287ebe10e2374dc1a53e0bc887e592699f02d077d5263cdd55601c",
    "02622ace8f7303a31cafc63f8fc48fdc16e1c8c8d234b2f0d6685282a9076031",
    "20706fd788b2720a1ed2a5dad4952b01f413bcf0e7564de8cdc816689e2db95f",
    "bce83f8ba5dd2fa572864c24ba1810f9522bc6004afe95877ac73241cafdab42",
    "e4549ee16b9aa03099ca208c67adafcafa4c3f3e4e5303de6026e3ca8ff84460",
    "aa52e000df2e16f55fb1032fc33bc42742dad6bd5a8fc0be0167436c5948501f",
    "46376b80f409b29dc2b5f6f0c52591990896e5716f41477cd30085ab7f10301e",
    "e0c418f7c8d9c4cdd7395b93ea124f3ad99021bb681dfc3302a9d99a2e53e64e",
  };
  cs_point sum = cs_point_identity, product, decoded;
  for (size_t i = 0; i < CS_COUNT_OF(multiples); i++) {
    unsigned char expected[32];
    cs_scalar number;
    from_hex(multiples[i], expected, 32);
    assert_encodes(&sum, expected);
    assert_true(cs_point_decode(expected, &decoded));
    assert_same_point(&decoded, &sum);
    cs_scalar_from(i, &number);
    cs_point_multiply_base(&number, &product);
    assert_same_point(&product, &sum);
    assert_int_equal(cs_point_is_identity(&sum), i == 0);
    cs_point_add(&sum, &cs_point_base, &sum);
  }
}

/* RFC 9496, appendix A.2: no canonical element of the field, negative, x^2 no square, xy negative, y = 0. */
static void bad_encodings_of_the_rfc_are_refused(void **state)
{
  (void)state;
  static const char *const bad[] = {
    "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
    "c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562",
    "c940e5a4404157cfb1628b108db051a8d439e1a421394ec4ebccb9ec92a8ac78",
    "47cfc5497c53dc8e61c91d17fd626ffb1c49e2bca94eed052281b510b1117a24",
    "f1c6165d33367351b0da8f6e4511010c68174a03b6581212c71c0e1d026c3c72",
    "87260f7a2f12495118360f02c26a470f450dadf34a413d21042b43b9d93e1309",
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
    "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f",
    "de6a7b00deadc788eb6b6c8d20c0ae96c2f2019078fa604fee5b87d6e989ad7b",
    "bcab477be20861e01e4a0e295284146a510150d9817763caf1a6f4b422d67042",
    "2a292df7e32cababbd9de088d1d1abec9fc0440f637ed2fba145094dc14bea08",
    "f4a9e534fc0d216c44b218fa0c42d99635a0127ee2e53c712f70609649fdff22",
    "8268436f8c4126196cf64b3c7ddbda90746a378625f9813dd9b8457077256731",
    "2810e5cbc2cc4d4eece54f61c6f69758e289aa7ab440b3cbeaa21995c2f4232b",
    "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",
    "a45fdc55c76448c049a1ab33f17023edfb2be3581e9c7aade8a6125215e04220",
    "d483fe813c6ba647ebbfd3ec41adca1c6130c2beeee9d9bf065c8d151c5f396e",
    "8a2e1d30050198c65a54483123960ccc38aef6848e1ec8f5f780e8523769ba32",
    "32888462f8b486c68ad7dd9610be5192bbeaf3b443951ac1a8118419d9fa097b",
    "227142501b9d4355ccba290404bde41575b037693cef1f438c47f8fbf35d1165",
    "5c37cc491da847cfeb9281d407efc41e15144c876e0170b499a96a22ed31e01e",
    "445425117cb8c90edcbc7c1cc0e74f747f2c1efa5630a967c64f287792a48a4b",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  };
  for (size_t i = 0; i < CS_COUNT_OF(bad); i++) {
    unsigned char bytes[32];
    cs_point point;
    from_hex(bad[i], bytes, 32);
    assert_false(cs_point_decode(bytes, &point));
  }
}

/* RFC 9496, appendix A.3: the encodings that different inputs of the map share. */
static void the_map_agrees_with_the_rfc(void **state)
{
  (void)state;
  unsigned char bytes[64], expected[32];
  cs_point point;
  from_hex("5d1be09e3d0c82fc538112490e35701979d99e06ca3e2b5b54bffe8b4dc772c1"
           "4d98b696a1bbfb5ca32c436cc61c16563790306c79eaca7705668b47dffe5bb6",
           bytes, 64);
  from_hex("3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46", expected, 32);
  cs_point_from_hash(bytes, &point);
  assert_encodes(&point, expected);
}

static void decoding_and_mapping_agree_with_sodium(void **state)
{
  (void)state;
  for (uint32_t i = 0; i < 3000; i++) {
    unsigned char bytes[64], expected[32];
    cs_point point, decoded;
    bytes_of(i, bytes, sizeof bytes);
    if (i < 64)
      memset(bytes, i % 2 == 0 ? 0xff : 0, i);
    if (i % 2 == 1) {
      bytes[0] &= 0xfe;
      bytes[31] &= 0x7f;
    }
    crypto_core_ristretto255_from_hash(expected, bytes);
    cs_point_from_hash(bytes, &point);
    assert_encodes(&point, expected);
    assert_true(cs_point_decode(expected, &decoded));
    assert_same_point(&point, &decoded);

    /* libsodium 1.0.18 does not look at the highest bit. */
    bool valid = crypto_core_ristretto255_is_valid_point(bytes) == 1 && bytes[31] < 0x80;
    assert_int_equal(cs_point_decode(bytes, &decoded), valid);
    if (valid)
      assert_encodes(&decoded, bytes);
  }
}

static void arithmetic_of_points_agrees_with_sodium(void **state)
{
  (void)state;
  for (size_t i = 0; i < POINTS; i++)
    for (size_t j = 0; j < POINTS; j += i < 8 ? 1 : 7) {
      cs_point a = try_point(i), b = try_point(j), out, minus;
      unsigned char x[32], y[32], expected[32];
      cs_point_encode(&a, x);
      cs_point_encode(&b, y);
      crypto_core_ristretto255_add(expected, x, y);
      cs_point_add(&a, &b, &out);
      assert_encodes(&out, expected);
      crypto_core_ristretto255_sub(expected, x, y);
      cs_point_subtract(&a, &b, &out);
      assert_encodes(&out, expected);
      cs_point_negate(&b, &minus);
      cs_point_add(&a, &minus, &out);
      assert_encodes(&out, expected);
      crypto_core_ristretto255_add(expected, x, x);
      cs_point_double(&a, &out);
      assert_encodes(&out, expected);
      assert_int_equal(cs_point_equal(&a, &b), i == j);
      cs_point_subtract(&a, &a, &out);
      assert_true(cs_point_is_identity(&out));
    }
}

/* The four points of order 4 and their sums are the identity of ristretto255, and add nothing. */
static void all_representatives_are_one_point(void **state)
{
  (void)state;
  static const cs_point torsion = {/* (i, 0) */
                                   {{0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e,
                                     0x2b8324804fc1d}},
                                   {{0}},
                                   {{1}},
                                   {{0}}};
  for (size_t i = 0; i < POINTS; i++) {
    cs_point a = try_point(i), other = a;
    for (int k = 0; k < 4; k++) {
      cs_point_add(&other, &torsion, &other);
      assert_same_point(&a, &other);
      assert_int_equal(cs_point_is_identity(&other), i == 0);
    }
  }
}

static void many_at_once_agree_with_each(void **state)
{
  (void)state;
  static unsigned char bytes[POINTS][32], hashes[POINTS][64];
  static cs_point points[POINTS], decoded[POINTS], mapped[POINTS];
  for (size_t i = 0; i < POINTS; i++) {
    points[i] = try_point(i);
    bytes_of((uint32_t)i, hashes[i], 64);
  }
  for (size_t e = 0; use_engine(e); e++)
    for (size_t count = 0; count <= POINTS; count += count < 20 ? 1 : 11) {
      cs_point_encode_all(points, count, bytes);
      assert_true(cs_point_decode_all((const unsigned char(*)[32])bytes, count, decoded));
      cs_point_from_hash_all((const unsigned char(*)[64])hashes, count, mapped);
      for (size_t i = 0; i < count; i++) {
        cs_point expected = point_of((uint32_t)i);
        assert_encodes(&points[i], bytes[i]);
        assert_same_point(&points[i], &decoded[i]);
        assert_same_point(&mapped[i], &expected);
      }
      for (size_t i = 0; i < count; i++) { /* one that is bad is found wherever it is */
        bytes[i][31] ^= 0x80;
        assert_false(cs_point_decode_all((const unsigned char(*)[32])bytes, count, decoded));
        bytes[i][31] ^= 0x80;
      }
    }
}

/* ---- Products ----------------------------------------------------------------------------------------------------- */

static void products_agree_with_sodium(void **state)
{
  (void)state;
  for (size_t i = 0; i < SCALARS; i++)
    for (size_t j = 0; j < POINTS; j += i < 16 && j < 8 ? 1 : 11) {
      cs_scalar a = try_scalar(i);
      cs_point p = try_point(j), out;
      unsigned char scalar[32], point[32], expected[32];
      cs_scalar_encode(&a, scalar);
      cs_point_encode(&p, point);
      cs_point_multiply(&a, &p, &out);
      if (crypto_scalarmult_ristretto255(expected, scalar, point) == 0)
        assert_encodes(&out, expected);
      else
        assert_true(cs_point_is_identity(&out)); /* sodium refuses it */
      cs_point_multiply_base(&a, &out);
      if (crypto_scalarmult_ristretto255_base(expected, scalar) == 0)
        assert_encodes(&out, expected);
      else
        assert_true(cs_point_is_identity(&out));
    }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(engines_are_chosen_by_name),
    cmocka_unit_test(decoding_scalars_refuses_what_is_not_canonical),
    cmocka_unit_test(reducing_agrees_with_sodium),
    cmocka_unit_test(scalar_arithmetic_agrees_with_sodium),
    cmocka_unit_test(negating_and_inverting_agree_with_sodium),
    cmocka_unit_test(random_scalars_differ),
    cmocka_unit_test(multiples_of_the_base_are_those_of_the_rfc),
    cmocka_unit_test(bad_encodings_of_the_rfc_are_refused),
    cmocka_unit_test(the_map_agrees_with_the_rfc),
    cmocka_unit_test(decoding_and_mapping_agree_with_sodium),
    cmocka_unit_test(arithmetic_of_points_agrees_with_sodium),
    cmocka_unit_test(all_representatives_are_one_point),
    cmocka_unit_test(many_at_once_agree_with_each),
    cmocka_unit_test(products_agree_with_sodium),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests_name("group", tests, NULL, NULL);
}
