#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "fhir/base/clock.h"
#include "fhir/base/error.h"

namespace fhir {

/// Runs `task(0)` to `task(count - 1)`, at most `concurrency` of them at once, and returns when all
/// have ended: for each nullopt, or the Error that it threw. One that has not begun by the deadline
/// does not begin, and is Error{Unavailable}; to end those that have, give the client that they use
/// the same deadline (Client::withDeadline). Another exception than Error comes out once all have
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
