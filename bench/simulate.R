# The model of simulate-bench in R: all trials of a piece at once, each visit drawn, and only hits looked at closer.
#
#   Rscript simulate.R MODEL.json TRIALS
#
# Prints, for each violation, nanoseconds a trial and the share of trials in which it was noticed. MODEL.json is read with
# what R has itself: it is written for that, one value a line.
arguments <- commandArgs(trailingOnly = TRUE)
text <- paste(readLines(arguments[1]), collapse = "")
text <- gsub("\\[", "list(", gsub("\\]", ")", gsub("\\{", "list(", gsub("\\}", ")", text))))
text <- gsub("\"([a-z_]+)\": ?", "\\1 = ", text)
models <- eval(parse(text = gsub("\\btrue\\b", "TRUE", gsub("\\bfalse\\b", "FALSE", text))))
piece <- 2^15

# `count` different numbers from 1 to `among` for each trial: each next one is drawn from those that are left.
distinct <- function(count, among, trials) {
  out <- matrix(0L, trials, count)
  for (i in seq_len(count)) {
    drawn <- sample.int(among - i + 1L, trials, replace = TRUE)
    if (i > 1) {
      before <- out[, seq_len(i - 1), drop = FALSE]
      if (i > 2) before <- matrix(before[order(row(before), before)], trials, byrow = TRUE)
      for (k in seq_len(i - 1)) drawn <- drawn + (drawn >= before[, k])
    }
    out[, i] <- drawn
  }
  out
}

play <- function(model, trials) {
  first <- rep(model$days, trials)
  begun <- model$begins + runif(trials) * (model$begins_by - model$begins)
  if (model$places > 0) {
    eligible <- unlist(model$eligible) + 1L
    portion <- matrix(0L, trials, model$place_count)
    chosen <- matrix(eligible[distinct(model$places, length(eligible), trials)], trials)
    for (i in seq_len(model$places)) portion[cbind(seq_len(trials), chosen[, i])] <- if (i <= model$more) 1L else 2L
    seen <- array(unlist(model$seen), c(model$steps + 1, 2, model$place_count))
    for (block in model$blocks) {
      places <- unlist(block$places) + 1L
      drawn <- if (block$repeats) sample.int(length(places), trials * block$visits, replace = TRUE)
               else distinct(block$visits, length(places), trials)
      place <- places[drawn]
      trial <- rep(seq_len(trials), block$visits)
      of <- portion[cbind(trial, place)]
      met <- which(of > 0L)
      trial <- trial[met]
      day <- block$first + runif(length(met)) * block$length
      since <- day - begun[trial]
      done <- rep(model$steps, length(met))
      if (model$over > 0) done <- pmax(0, pmin(model$steps, 1 + floor(since / model$over * model$steps)))
      chance <- model$refused + block$sees * seen[cbind(done + 1, of[met], place[met])]
      noticed <- runif(length(met)) < chance & since >= 0 & day >= 0 & day < model$days
      by_day <- order(day[noticed], decreasing = TRUE) # the earliest is written last
      at <- trial[noticed][by_day]
      first[at] <- pmin(first[at], day[noticed][by_day])
    }
  }
  if (model$means > 0) first <- pmin(first, begun + rexp(trials, model$means))
  if (model$late > 0) first <- pmin(first, begun + rexp(trials, model$late) + model$late_days)
  tabulate(pmin(floor(first), model$days) + 1, model$days + 1)
}

trials <- as.numeric(arguments[2])
set.seed(1)
for (model in models) {
  play(model, piece)
  noticed <- 0
  took <- system.time(for (i in seq_len(trials %/% piece)) noticed <- noticed + sum(play(model, piece)[seq_len(model$days)]))
  played <- trials %/% piece * piece
  cat(sprintf("%s %.1f %.6f\n", model$name, took[["elapsed"]] / played * 1e9, noticed / played))
}
