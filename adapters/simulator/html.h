#pragma once

#include <string>
#include <string_view>

#include "fhir/base/url.h"
#include "fhir/http/transport.h"

namespace adapters::simulator {

/// A page of the made-up EHR. Its Content-Security-Policy allows nothing inline, and frames and
/// forms only for itself and `origins` (separated by spaces).
fhir::http::Response htmlPage(int status, std::string_view title, std::string_view body,
                              const std::string& origins = {});

/// A redirect (303) without a referrer.
fhir::http::Response seeOther(const std::string& location);

/// The parameter of that name; "" if there is none.
std::string valueOf(const fhir::Query& query, std::string_view name);

}  // namespace adapters::simulator
