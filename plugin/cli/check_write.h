#pragma once

#include <optional>
#include <string>

#include "adapters/routes/route.h"
#include "plugin/cli/check_tokens.h"
#include "plugin/domain/statement.h"

namespace plugin::cli {

/// A companion that stores nothing: what a check writes as a test must not stay with us.
class NoCompanion final : public adapters::Companion {
public:
    /// Throws Error{Internal}.
    std::string keep(const adapters::Authored& authored) override;
};

/// Returns a statement that says it is a test, about this patient (id), said now.
domain::Statement testStatement(const std::string& patient, std::optional<std::string> encounter);

/// Writes a test statement about this patient by the first route of the ladder that takes it, the
/// companion excepted; reads it back; and removes it: deletes it if the EHR allows that, else marks
/// it as entered-in-error if it may be changed. The result names what is left, or may be left, in
/// the chart, and what to do.
CheckStep writeTest(const Connection& connection, const std::string& patient);

}  // namespace plugin::cli
