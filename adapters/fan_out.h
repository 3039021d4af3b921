#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "fhir/base/error.h"

namespace adapters {

/// Calls `work(0)` … `work(count - 1)`, at most `atOnce` at the same time, and returns what failed,
/// by index, when all have ended: one failure stays one. `work` must be safe to call from several
/// threads.
///
/// What would meet every call is thrown, and no further one is started: the server does not know us
/// (Unauthorized), asks for a pause (429, Retry-After), or has given no answer three times in a
/// row; and whatever is not the server's. Where the first eight all fail, the rest is not tried,
/// and fails as the last did.
std::map<std::size_t, fhir::Error> fanOut(std::size_t count, int atOnce,
                                          const std::function<void(std::size_t)>& work);

/// Calls `work` with lists of at most `size` of these ids, as `fanOut` does, and returns what
/// failed, by id. A list that the server answered with an error is tried once more, each id by
/// itself: the fault may be of one.
std::map<std::string, fhir::Error> fanOutLists(
    const std::vector<std::string>& ids, int size, int atOnce,
    const std::function<void(const std::vector<std::string>&)>& work);

/// Whether this says that the server is away, or that its answer makes no sense, and nothing about
/// who may see what: what was known before may stand in.
bool isAway(const fhir::Error& error) noexcept;

}  // namespace adapters
