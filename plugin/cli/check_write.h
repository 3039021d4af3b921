#pragma once

#include <optional>
#include <string>

#include "adapters/routes/route.h"
#include "plugin/cli/check_tokens.h"
#include "plugin/domain/statement.h"

namespace plugin::cli {

/// The companion that keeps nothing: what a check asks about or tries out must not end up with us.
class NoCompanion final : public adapters::Companion {
public:
    /// Throws Error{Internal}.
    std::string keep(const adapters::Authored& authored) override;
};

/// A statement that says it is a test, about this patient (id), said now.
domain::Statement testStatement(const std::string& patient, std::optional<std::string> encounter);

/// Writes a test statement about this patient, by the first route of the ladder that takes it, the
/// companion excepted; reads it back; and takes it away again: deleted where the EHR lets it, else
/// marked entered-in-error where that may be changed. What is left, or may be left, in the chart is
/// named, with what to do.
CheckStep writeTest(const Connection& connection, const std::string& patient);

}  // namespace plugin::cli
