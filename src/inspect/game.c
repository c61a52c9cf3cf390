/* The inspection game: an inspector with so many visits, a violator who knows the plan and not the draw. */
#include <glpk.h>
#include <math.h>
#include <stdlib.h>

#include "inspect/inspect.h"

static cs_status check_sites(const cs_site *sites, size_t count, const double *budgets, size_t pools, cs_error *error)
{
  if (count < 1 || count > CS_DRAW_MAX)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "there are %zu sites; expected 1 to %d", count, CS_DRAW_MAX);
  for (size_t p = 0; p < pools; p++)
    if (!(budgets[p] >= 0) || !isfinite(budgets[p]))
      return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the effort is %g; expected at least 0", budgets[p]);
  for (size_t i = 0; i < count; i++) {
    const cs_site *s = &sites[i];
    const struct {
      const char *what;
      double number;
      bool good;
      const char *expected;
    } numbers[] = {{"value", s->value, s->value >= 0, "at least 0"},
                   {"probability of detection", s->detect, s->detect >= 0, "at least 0"},
                   {"effort", s->effort, s->effort > 0, "more than 0"}};
    for (size_t k = 0; k < CS_COUNT_OF(numbers); k++)
      if (!numbers[k].good || !isfinite(numbers[k].number))
        return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the %s of site %zu is %g; expected %s", numbers[k].what,
                       i + 1, numbers[k].number, numbers[k].expected);
    if (s->pool >= pools)
      return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "site %zu is in pool %zu; expected below %zu", i + 1,
                     s->pool, pools);
  }
  return CS_OK;
}

/* Columns: the value of the game, then a visit to each site. Rows: each site, then each pool.
 *   minimize v   where   v + value detect visit >= value   and   sum of effort visit <= budget   and   0 <= visit <= 1 */
static glp_prob *programme(const cs_site *sites, size_t count, const double *budgets, size_t pools)
{
  glp_prob *lp = glp_create_prob();
  int sites_count = (int)count, at = 0;
  size_t entries = 3 * count + 1;
  int *row = calloc(entries, sizeof *row), *column = calloc(entries, sizeof *column);
  double *number = calloc(entries, sizeof *number);
  glp_set_obj_dir(lp, GLP_MIN);
  glp_add_cols(lp, sites_count + 1);
  glp_add_rows(lp, sites_count + (int)pools);
  glp_set_obj_coef(lp, 1, 1);
  glp_set_col_bnds(lp, 1, GLP_FR, 0, 0);
  for (int p = 0; p < (int)pools; p++)
    glp_set_row_bnds(lp, sites_count + 1 + p, GLP_UP, 0, budgets[p]);
  for (int i = 0; row != NULL && column != NULL && number != NULL && i < sites_count; i++) {
    const cs_site *s = &sites[i];
    const struct {
      int row, column;
      double number;
    } cells[] = {{i + 1, 1, 1},
                 {i + 1, i + 2, s->value * s->detect},
                 {sites_count + 1 + (int)s->pool, i + 2, s->effort}};
    for (size_t k = 0; k < CS_COUNT_OF(cells); k++) {
      row[++at] = cells[k].row;
      column[at] = cells[k].column;
      number[at] = cells[k].number;
    }
    glp_set_row_bnds(lp, i + 1, GLP_LO, s->value, 0);
    glp_set_col_bnds(lp, i + 2, GLP_DB, 0, 1);
  }
  bool whole = at > 0;
  if (whole)
    glp_load_matrix(lp, at, row, column, number);
  free(row);
  free(column);
  free(number);
  if (whole)
    return lp;
  glp_delete_prob(lp);
  return NULL;
}

static bool optimal(glp_prob *lp)
{
  glp_smcp how;
  glp_init_smcp(&how);
  how.msg_lev = GLP_MSG_OFF;
  how.tol_bnd = how.tol_dj = 1e-10;
  return glp_simplex(lp, &how) == 0 && glp_get_status(lp) == GLP_OPT;
}

static double within_0_1(double x)
{
  return x < 0 ? 0 : x > 1 ? 1 : x;
}

cs_status cs_game_solve(cs_site *sites, size_t count, const double *budgets, size_t pools, double *value,
                        cs_error *error)
{
  if (check_sites(sites, count, budgets, pools, error) != CS_OK)
    return error->status;
  glp_term_out(GLP_OFF);
  glp_prob *lp = programme(sites, count, budgets, pools);
  if (lp == NULL)
    return cs_fail_memory(error);
  bool solved = optimal(lp);
  *value = glp_get_obj_val(lp);
  for (size_t i = 0; i < count; i++) {
    sites[i].visit = within_0_1(glp_get_col_prim(lp, (int)i + 2));
    sites[i].violate = within_0_1(glp_get_row_dual(lp, (int)i + 1));
  }
  glp_delete_prob(lp);
  return solved ? CS_OK : cs_fail(error, CS_SYSTEM, NULL, (cs_mark){0}, "the linear programme was not solved");
}

/* -C(n - 1, m) / (C(n, 0) + ... + C(n, m)), each term scaled by the last. */
double cs_dresher_value(int64_t periods, int64_t visits)
{
  if (visits >= periods)
    return 0;
  double sum = 0, term = 1; /* C(n, i) over C(n, m) */
  for (int64_t i = visits; i >= 0 && term > 0; i--) {
    sum += term;
    term *= (double)i / (double)(periods - i + 1);
  }
  return -(double)(periods - visits) / (double)periods / sum;
}
