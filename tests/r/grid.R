# Whether src/inspect agrees with R: 10,000 random parameters. Prints TAP.
#
# Every value must agree to 1e-12. Most agree to 1e-12 of the value too; where a small one does not, it is R's that is off
# (its upper tail of a small probability is a complement, its deviance loses digits near the mean), up to some 1e-11.
# exact_test.py judges: ours are right to 1e-12 of the value.
#
#   Rscript grid.R GRID    GRID is the program made from grid.c
grid <- commandArgs(trailingOnly = TRUE)[1]
options(digits = 17, scipen = 1000)
set.seed(20201020)

count <- 10000
population <- floor(10^runif(count, 0, 9)) # of every size, up to 10^9
spread <- function(most) { # from few to all
  part <- ifelse(runif(count) < 0.5, runif(count), 10^-runif(count, 0, 6))
  pmin(most, floor(part * (most + 1)))
}
defects <- spread(population)
sample <- spread(population)
least <- pmax(0, sample + defects - population)
most <- pmin(sample, defects)
# Near the mean, where there is something to see, and now and then anywhere.
mean <- sample * (defects / population)
deviation <- sqrt(pmax(0, mean * (1 - defects / population) * (1 - sample / population))) + 1
met <- round(mean + deviation * rnorm(count, 0, 4))
met <- ifelse(runif(count) < 0.1, floor(runif(count, 0, most + 1)), met)
met <- pmin(most, pmax(least, met))
miss <- ifelse(runif(count) < 0.3, 0, runif(count))

rows <- tempfile()
write.table(data.frame(population, defects, sample, met, sprintf("%.17g", miss)), rows,
            quote = FALSE, row.names = FALSE, col.names = FALSE)
ours <- read.table(text = system2(grid, stdin = rows, stdout = TRUE),
                   col.names = c("density", "lower", "upper", "detected", "missed", "binomial"))
stopifnot(nrow(ours) == count)

sound <- population - defects
theirs <- data.frame(
  density = dhyper(met, defects, sound, sample),
  lower = phyper(met, defects, sound, sample),
  upper = phyper(met, defects, sound, sample, lower.tail = FALSE),
  detected = phyper(0, defects, sound, sample, lower.tail = FALSE),
  missed = dhyper(0, defects, sound, sample),
  binomial = dbinom(met, sample, miss)
)
perfect <- miss == 0
# With misses: the sum over the number met, for samples that are small enough to add up.
small <- !perfect & most < 2000
for (i in which(small)) {
  k <- least[i]:most[i]
  p <- dhyper(k, defects[i], sound[i], sample[i])
  theirs$missed[i] <- sum(p * miss[i]^k)
  theirs$detected[i] <- sum(p * -expm1(k * log(miss[i])))
}
judged <- list(density = TRUE, lower = TRUE, upper = TRUE, detected = perfect | small, missed = perfect | small,
               binomial = TRUE)

cat("1..", length(judged), "\n", sep = "")
failed <- FALSE
for (i in seq_along(judged)) {
  name <- names(judged)[i]
  which <- rep_len(judged[[i]], count)
  a <- ours[[name]][which]
  b <- theirs[[name]][which]
  relative <- abs(a - b) / pmax(abs(b), 1e-290)
  good <- all(abs(a - b) <= 1e-12) && all(relative <= 2e-11) && mean(relative <= 1e-12) > 0.97
  failed <- failed || !good
  cat(if (good) "ok " else "not ok ", i, " - ", name, ": ", length(a), " values, to ",
      format(max(abs(a - b)), digits = 2, scientific = TRUE), ", ", sum(relative <= 1e-12), " to 1e-12 of the value, all to ",
      format(max(relative), digits = 2, scientific = TRUE), "\n", sep = "")
  if (!good) {
    at <- which(which)[which.max(relative)]
    cat("# ", population[at], defects[at], sample[at], met[at], miss[at], ":", ours[[name]][at], theirs[[name]][at], "\n")
  }
}
quit(status = failed)
