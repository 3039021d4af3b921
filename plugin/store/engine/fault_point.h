#pragma once

#include <functional>

namespace plugin::store {

/// The steps at whose ends the fault tests stop, delay or kill what is running. In a build without
/// WHATMATTERS_FAULT_POINTS, such as every release, there is nothing of it.
///
/// "transaction/begun", "transaction/done" (all written, nothing committed),
/// "transaction/committed", "send/before" and "send/after".
///
/// Each file that calls it is named in plugin/CMakeLists.txt: in any other there is nothing of it.
#ifdef WHATMATTERS_FAULT_POINTS
inline std::function<void(const char* step)> onFaultPoint;

inline void faultPoint(const char* step) {
    if (onFaultPoint) onFaultPoint(step);
}
#else
inline void faultPoint(const char* /*step*/) {}
#endif

}  // namespace plugin::store
