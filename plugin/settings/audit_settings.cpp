#include "plugin/settings/audit_settings.h"

#include "plugin/settings/settings_reading.h"

namespace plugin {

std::string readAuditRepository(const fhir::json::Value& site,
                                const std::set<std::string>& connections,
                                SettingsReading& reading) {
    const auto audit = site.find("audit");
    if (!audit) return {};
    const auto repository = audit->at("repository");
    auto id = repository.string();
    if (connections.count(id) == 0) reading.fault(repository, "there is no connection of this id");
    return id;
}

}  // namespace plugin
