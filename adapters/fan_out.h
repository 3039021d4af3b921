#pragma once

#include <cstddef>
#include <functional>

namespace adapters {

/// Calls `work(0)` … `work(count - 1)`, at most `atOnce` of them at the same time, and returns
/// when all have ended. After the first that throws no further one is begun, and its error is
/// thrown. `work` must be safe to be called from several threads.
void fanOut(std::size_t count, int atOnce, const std::function<void(std::size_t)>& work);

}  // namespace adapters
