/* Which engine is used. */
#include <stdatomic.h>
#include <string.h>

#include "seal/engine.h"

static const cs_engine *const engines[] = {
#ifdef CS_SEAL_X86
  &cs_engine_avx2,
#endif
  &cs_engine_portable,
};

static _Atomic(const cs_engine *) chosen;

static bool runs_here(const cs_engine *engine)
{
#ifdef CS_SEAL_X86
  if (engine == &cs_engine_avx2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
#endif
  return engine == &cs_engine_portable;
}

bool cs_group_use(const char *name)
{
  for (size_t i = 0; i < CS_COUNT_OF(engines); i++)
    if ((name == NULL || strcmp(name, engines[i]->name) == 0) && runs_here(engines[i])) {
      atomic_store_explicit(&chosen, engines[i], memory_order_relaxed);
      return true;
    }
  return false;
}

const cs_engine *cs_engine_get(void)
{
  const cs_engine *engine = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (engine != NULL)
    return engine;
  cs_group_use(NULL); /* threads that meet here choose the same */
  return atomic_load_explicit(&chosen, memory_order_relaxed);
}
