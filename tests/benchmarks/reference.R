# Seconds that PHEindicatormethods takes for the tasks of the benchmarks, one line each: task<TAB>seconds. Needs that package.
suppressPackageStartupMessages({library(PHEindicatormethods); library(dplyr)})
set.seed(1)
timed <- function(task, call) cat(task, "\t", system.time(force(call))[["elapsed"]], "\n", sep = "")
ages <- expand.grid(age = 1:19, area = 1:1000)
ages$pop <- sample(200:9000, nrow(ages), replace = TRUE)
ages$count <- rpois(nrow(ages), ages$pop / 100)
ages$std <- esp2013[ages$age]
timed("directly standardised, 1,000 areas x 19 ages",
      calculate_dsr(group_by(ages, area), x = count, n = pop, stdpop = std, confidence = c(0.95, 0.998)))
rows <- data.frame(pop = sample(50:3000, 1e5, replace = TRUE))
rows$count <- rbinom(1e5, rows$pop, 0.01)
timed("rates, 100,000 rows", phe_rate(rows, x = count, n = pop))
lives <- expand.grid(startage = c(0, 1, seq(5, 90, 5)), area = 1:1000)
lives$pops <- sample(500:5000, nrow(lives), replace = TRUE)
lives$deaths <- rpois(nrow(lives), 0.02 * lives$pops)
timed("life expectancy, 1,000 areas x 20 bands",
      phe_life_expectancy(group_by(lives, area), deaths, pops, startage, confidence = c(0.95, 0.998)))
fifths <- expand.grid(quantile = 1:5, area = 1:100)
fifths$pop <- sample(1000:9000, nrow(fifths), replace = TRUE)
fifths$value <- 80 + fifths$quantile + rnorm(nrow(fifths))
fifths$se <- 0.5
timed("slope and relative index, 100 areas, 10,000 draws",
      phe_sii(group_by(fifths, area), quantile, pop, value, se = se, repetitions = 10000, rii = TRUE))
