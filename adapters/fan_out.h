#pragma once

#include <cstddef>
#include <functional>

namespace adapters {

/// Calls `work(0)` … `work(count - 1)`, at most `atOnce` at the same time, and returns when all
/// have ended. After the first exception no further call is started, and that exception is thrown.
/// `work` must be safe to call from several threads.
void fanOut(std::size_t count, int atOnce, const std::function<void(std::size_t)>& work);

}  // namespace adapters
