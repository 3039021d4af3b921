#include "plugin/domain/patient_references.h"

namespace plugin::domain {

std::string withPatient(std::string json, const std::string& from, const std::string& to) {
    // As our writer writes it, and nothing else: the words of a patient are never touched.
    const auto before = R"("reference":"Patient/)" + from + "\"";
    const auto after = R"("reference":"Patient/)" + to + "\"";
    for (auto at = json.find(before); at != std::string::npos;
         at = json.find(before, at + after.size()))
        json.replace(at, before.size(), after);
    return json;
}

}  // namespace plugin::domain
