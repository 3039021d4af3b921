#pragma once

#include <string>

#include "plugin/cli/check_tokens.h"

namespace plugin::cli {

/// Writes one statement that says it is a test about this patient (id), by the first route of the
/// ladder that takes it, the companion excepted; reads it back; and takes it away again: deleted
/// where the EHR lets it, else marked entered-in-error where that may be changed. What is left, or
/// may be left, in the chart is named, with what to do.
CheckStep writeTest(const Connection& connection, const std::string& patient);

}  // namespace plugin::cli
