/* Plots as SVG, for papers and pages. */
#include <math.h>

#include "base/base.h"

void cs_svg_begin(cs_text *out, int width, int height, const char *title, const char *description)
{
  cs_text_add(out,
              "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
              "font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\">\n<title>",
              width, height, width, height);
  cs_text_xml(out, title);
  cs_text_add(out, "</title>\n<desc>");
  cs_text_xml(out, description);
  cs_text_add(out, "</desc>\n<style>.title{font-size:17px;font-weight:600}.panel{font-size:12.5px;font-weight:600}"
                   ".tick{font-size:12px}.limit{font-size:11.5px}.note{font-size:12px;fill:#6b6657;font-style:italic}"
                   "text{fill:#222}</style>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n");
}

void cs_svg_text(cs_text *out, double x, double y, const char *attributes, const char *words)
{
  cs_text_add(out, "<text x=\"%.1f\" y=\"%.1f\" %s>", x, y, attributes);
  cs_text_xml(out, words);
  cs_text_add(out, "</text>\n");
}

void cs_svg_line(cs_text *out, double x1, double y1, double x2, double y2, const char *attributes)
{
  cs_text_add(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>\n", x1, y1, x2, y2, attributes);
}

const char *cs_svg_colour(size_t index)
{
  static const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000"};
  return colours[index % CS_COUNT_OF(colours)];
}

double cs_svg_step(double span)
{
  double power = pow(10, floor(log10(span / 4)));
  double times = span / 4 / power;
  return power * (times < 1.5 ? 1 : times < 3.5 ? 2 : times < 7.5 ? 5 : 10);
}
