#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "fhir/base/clock.h"
#include "fhir/base/error.h"

namespace fhir {

/// Runs `task(0)` to `task(count - 1)`, at most `concurrency` at once, and returns when all have
/// ended: for each task nullopt, or the Error that it threw. A task that has not begun by the
/// deadline is not run: its Error is {Unavailable}. To end the running ones too, give their client
/// the same deadline (Client::withDeadline). An exception other than Error is thrown once all have
/// ended.
///
///     const auto errors = inParallel(ids.size(), 16, deadline, [&](std::size_t i) {
///         patients[i] = client.withDeadline(deadline).read<Patient>(ids[i]);
///     });
std::vector<std::optional<Error>> inParallel(std::size_t count, std::size_t concurrency,
                                             Deadline deadline,
                                             const std::function<void(std::size_t index)>& task,
                                             const Clock& clock = {});

}  // namespace fhir
