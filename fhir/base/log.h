#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

/// Log lines for the operator: one JSON object per line on stderr. The rule for every call: no
/// patient data, no names, no patients' words, no tokens; only our own ids, kinds, counts and
/// times.
namespace fhir::log {

using Fields = std::initializer_list<std::pair<std::string_view, std::string>>;

void info(std::string_view event, Fields fields = {});
void warning(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

enum class Level { Info, Warning, Error };

/// Leaves out lines below `level`. For programs that are not run by an operator.
void keepFrom(Level level) noexcept;

/// Sends lines to `sink`, for tests; `nullptr` restores stderr. Not while threads log.
void redirect(std::function<void(const std::string& line)> sink);

}  // namespace fhir::log
