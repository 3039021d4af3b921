#pragma once

#include <string>

#include "plugin/audit/entry.h"
#include "plugin/settings/settings.h"

namespace plugin::cli {

/// Returns the author for the audit trail: the person at this terminal, by login (and the account
/// they work under, if that is another one), on this machine. `verb` is what they typed: "push".
audit::Author operatorOf(const Settings& settings, const std::string& verb);

}  // namespace plugin::cli
