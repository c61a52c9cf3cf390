# What R takes for the same probabilities as detect-bench, a vector of them in one call, which is its fast way.
#
#   Rscript detect.R ROWS.txt
rows <- read.table(commandArgs(trailingOnly = TRUE)[1], col.names = c("population", "defects", "sample"),
                   colClasses = "numeric")
good <- rows$population - rows$defects
count <- nrow(rows)
mean <- floor(rows$sample * rows$defects / rows$population)

least <- function() { # bisection, for all rows at once
  low <- numeric(count)
  high <- rows$population
  while (any(low < high)) {
    middle <- floor((low + high) / 2)
    enough <- phyper(0, rows$defects, good, middle, lower.tail = FALSE) >= 0.9
    high <- ifelse(enough, middle, high)
    low <- ifelse(enough, low, pmin(middle + 1, high))
  }
  low
}
misses <- function() { # the sum over the number met; R has no function for it
  vapply(seq_len(count), function(i) {
    k <- 0:min(rows$defects[i], rows$sample[i])
    sum(dhyper(k, rows$defects[i], good[i], rows$sample[i]) * (1 - 0.1^k))
  }, 0)
}
cases <- list(
  "P(at least one), phyper" = function() phyper(0, rows$defects, good, rows$sample, lower.tail = FALSE),
  "the same, a tenth of looks miss, dhyper" = misses,
  "P(at most the mean), phyper" = function() phyper(mean, rows$defects, good, rows$sample),
  "least sample for 90 %, phyper" = least
)
for (name in names(cases)) {
  repeats <- if (name == names(cases)[2]) 1 else 300 # the clock counts milliseconds
  times <- replicate(7, system.time(for (i in seq_len(repeats)) cases[[name]]())[["elapsed"]] / repeats)
  cat(sprintf("  R: %-37s %8.3f us each\n", name, median(times) / count * 1e6))
}
