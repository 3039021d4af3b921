#include "fhir/r4/contact_point.h"

namespace fhir {

ContactPoint ContactPoint::fromJson(const json::Value& json) {
    return {.system = json.findString("system"),
            .value = json.findString("value"),
            .use = json.findString("use"),
            .rank = json.findInteger("rank"),
            .period = findPeriod(json, "period")};
}

}  // namespace fhir
