#pragma once

#include <string>
#include <string_view>

#include "fhir/base/url.h"
#include "fhir/http/transport.h"

namespace adapters::simulator {

/// A page of the made-up EHR: nothing inline, and only `origins` (separated by spaces) in a frame
/// or behind a form.
fhir::http::Response htmlPage(int status, std::string_view title, std::string_view body,
                              const std::string& origins = {});

/// A redirect that takes nothing along but its address.
fhir::http::Response seeOther(const std::string& location);

/// The parameter of that name, "" where there is none.
std::string valueOf(const fhir::Query& query, std::string_view name);

}  // namespace adapters::simulator
