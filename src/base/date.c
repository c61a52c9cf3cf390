/* Days of the proleptic Gregorian calendar, and spans of time. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/base.h"

typedef struct civil {
  int32_t year, month, day;
} civil;

/* Days from civil and back: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013). The
 * year is taken to begin on 1 March, so that the leap day comes last; an era is 400 years. */
static cs_date from_civil(civil c)
{
  int32_t year = c.month <= 2 ? c.year - 1 : c.year;
  int32_t era = year / 400; /* year >= 0 here */
  int32_t year_of_era = year - era * 400;
  int32_t day_of_year = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
  int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static civil to_civil(cs_date date)
{
  int32_t day = date + 719468;
  int32_t era = day / 146097; /* day >= 0 here */
  int32_t day_of_era = day - era * 146097;
  int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int32_t month = (5 * day_of_year + 2) / 153;
  civil c = {
    .year = year_of_era + era * 400,
    .month = month < 10 ? month + 3 : month - 9,
    .day = day_of_year - (153 * month + 2) / 5 + 1,
  };
  c.year += c.month <= 2;
  return c;
}

static int32_t month_length(int32_t year, int32_t month)
{
  static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return lengths[month - 1] + (month == 2 && leap);
}

static const civil FIRST = {1, 1, 1}, LAST = {9999, 12, 31};

static int32_t digits(const char *text, size_t count)
{
  int32_t value = 0;
  for (size_t i = 0; i < count; i++) {
    if (text[i] < '0' || text[i] > '9')
      return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool cs_date_parse(const char *text, size_t length, cs_date *out)
{
  if (length != CS_DATE_TEXT - 1 || text[4] != '-' || text[7] != '-')
    return false;
  civil c = {digits(text, 4), digits(text + 5, 2), digits(text + 8, 2)};
  if (c.year < FIRST.year || c.month < 1 || c.month > 12 || c.day < 1 || c.day > month_length(c.year, c.month))
    return false;
  *out = from_civil(c);
  return true;
}

const char *cs_date_format(cs_date date, char out[CS_DATE_TEXT])
{
  if (date == CS_DATE_NONE) {
    out[0] = '\0';
    return out;
  }
  civil c = to_civil(date);
  const int32_t parts[] = {c.year / 1000, c.year / 100, c.year / 10, c.year,     -1,
                           c.month / 10,  c.month,      -1,          c.day / 10, c.day};
  for (size_t i = 0; i < CS_COUNT_OF(parts); i++)
    out[i] = (char)(parts[i] < 0 ? '-' : '0' + parts[i] % 10);
  out[CS_DATE_TEXT - 1] = '\0';
  return out;
}

static cs_date clamp(int64_t date)
{
  cs_date first = from_civil(FIRST), last = from_civil(LAST);
  return date < first ? first : date > last ? last : (cs_date)date;
}

static cs_date add_months(cs_date date, int64_t months)
{
  civil c = to_civil(date);
  int64_t month = (int64_t)c.year * 12 + (c.month - 1) + months;
  if (month < 12)
    return clamp(INT64_MIN);
  if (month > (int64_t)LAST.year * 12 + 11)
    return clamp(INT64_MAX);
  c.year = (int32_t)(month / 12);
  c.month = (int32_t)(month % 12) + 1;
  int32_t length = month_length(c.year, c.month);
  c.day = c.day > length ? length : c.day;
  return from_civil(c);
}

cs_date cs_date_add_months(cs_date date, int32_t months)
{
  return add_months(date, months);
}

double cs_span_hours(cs_span span)
{
  static const double hours[] = {[CS_HOURS] = 1, [CS_DAYS] = 24, [CS_MONTHS] = 730.5, [CS_YEARS] = 8766};
  return span.amount * hours[span.unit];
}

cs_date cs_date_add(cs_date date, cs_span span, int32_t times)
{
  int64_t amount = (int64_t)span.amount * times;
  switch (span.unit) {
  case CS_HOURS:
    return clamp(date + (amount + (amount > 0 ? 23 : -23)) / 24);
  case CS_DAYS:
    return clamp(date + amount);
  case CS_MONTHS:
    return add_months(date, amount);
  default:
    return add_months(date, amount * 12);
  }
}

cs_date cs_date_today(void)
{
  return clamp((int64_t)time(NULL) / 86400);
}

static const char *const UNITS[] = {[CS_HOURS] = "hour", [CS_DAYS] = "day", [CS_MONTHS] = "month", [CS_YEARS] = "year"};

bool cs_span_parse(cs_slice text, cs_span *out)
{
  const char *space = memchr(text.at, ' ', text.length);
  if (space == NULL)
    return false;
  cs_slice number = {text.at, (size_t)(space - text.at)};
  cs_slice unit = {space + 1, text.length - number.length - 1};
  int64_t amount;
  if (!cs_number_parse(number, &amount, NULL) || amount > 100000)
    return false;
  if (unit.length > 0 && unit.at[unit.length - 1] == 's')
    unit.length--;
  for (size_t i = 0; i < CS_COUNT_OF(UNITS); i++) {
    if (cs_slice_is(unit, UNITS[i])) {
      *out = (cs_span){(uint32_t)amount, (cs_unit)i};
      return true;
    }
  }
  return false;
}

const char *cs_span_format(cs_span span, char out[CS_SPAN_TEXT])
{
  snprintf(out, CS_SPAN_TEXT, "%u %s%s", span.amount, UNITS[span.unit], span.amount == 1 ? "" : "s");
  return out;
}
