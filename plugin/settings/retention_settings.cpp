#include "plugin/settings/retention_settings.h"

namespace plugin {

store::Retention readRetention(const fhir::json::Value& store) {
    store::Retention retention;
    const auto json = store.find("retention");
    if (!json) return retention;
    const auto days = [&](const fhir::json::Name& name, std::chrono::days& target) {
        if (const auto given = json->findInteger(name)) target = std::chrono::days(*given);
    };
    days("deliveredDays", retention.delivered);
    days("discardedDays", retention.discarded);
    days("auditDays", retention.audit);
    return retention;
}

}  // namespace plugin
