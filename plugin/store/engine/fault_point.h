#pragma once

#include <functional>

namespace plugin::store {

/// Marks the steps at whose ends the fault tests stop, delay or kill the program. Does nothing in a
/// build without WHATMATTERS_FAULT_POINTS, such as every release.
///
/// "transaction/begun", "transaction/done" (all written, nothing committed),
/// "transaction/committed", "send/before" and "send/after".
///
/// Works only in files that get this definition in the CMakeLists.txt of their folder.
#ifdef WHATMATTERS_FAULT_POINTS
inline std::function<void(const char* step)> onFaultPoint;

inline void faultPoint(const char* step) {
    if (onFaultPoint) onFaultPoint(step);
}
#else
inline void faultPoint(const char* /*step*/) {}
#endif

}  // namespace plugin::store
