#pragma once

#include <string>

#include "tests/support/text.h"

namespace test {

/// The text of a site's configuration: one connection `general` with the unit `ward-7`, whose EHR
/// is waited for `timeoutSeconds` at most, and a team. `more`: further members of the connection,
/// each with a comma before it.
inline std::string siteText(const std::string& fhirBase, const std::string& more = {},
                            int timeoutSeconds = 1) {
    return R"({"development": true,
  "service": {"publicUrl": "http://127.0.0.1:8080", "listen": "127.0.0.1:0"},
  "operations": {"listen": "127.0.0.1:0"},
  "store": {"engine": "sqlite", "path": "test.db"},
  "connections": [{"id": "general", "vendor": "generic", "fhirBase": ")" +
           fhirBase + R"(", "auth": {"method": "none"}, "overrides": {"timeoutSeconds": )" +
           std::to_string(timeoutSeconds) + R"(},
    "units": [{"id": "ward-7", "name": "Ward 7",
      "worklist": {"source": "encounter-search", "location": "Location/ward-7"},
      "opens": ["Organization/ward-7-staff", "department=150"]}])" +
           more + R"(}],
  "teams": [{"id": "ward-7", "name": "Ward 7 team", "connection": "general",
    "subject": "Organization/ward-7-team"}]})";
}

}  // namespace test
