#include "plugin/settings/live_settings.h"

namespace plugin {

LiveSettings readLive(const fhir::json::Value& json) {
    LiveSettings live;
    if (const auto most = json.findInteger("streamsMax"))
        live.streamsMax = static_cast<std::size_t>(*most);
    if (const auto most = json.findInteger("streamsPerSession"))
        live.streamsPerSession = static_cast<std::size_t>(*most);
    return live;
}

}  // namespace plugin
