#include "plugin/store/change.h"

namespace plugin::store {

std::string wardTopic(const Vault& vault, const std::string& connection, const std::string& unit) {
    return vault.hash("change/ward", connection + "/" + unit);
}

std::string patientTopic(const Vault& vault, const std::string& connection,
                         const std::string& patient) {
    return vault.hash("change/patient", connection + "/" + patient);
}

std::string readingTopic(const Vault& vault, const std::string& connection,
                         const std::string& unit) {
    return vault.hash("change/reading", connection + "/" + unit);
}

std::string toText(const Change& change) {
    return change.topic + " " + change.event + " " + change.value;
}

Change toChange(const std::string& text) {
    const auto first = text.find(' ');
    const auto second = first == std::string::npos ? first : text.find(' ', first + 1);
    if (second == std::string::npos || first == 0) return {};
    return {text.substr(0, first), text.substr(first + 1, second - first - 1),
            text.substr(second + 1)};
}

}  // namespace plugin::store
