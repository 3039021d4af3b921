#include <map>

#include "adapters/adapter.h"

namespace adapters {
namespace {

using Factory = std::unique_ptr<Adapter> (*)(Profile, fhir::Client, fhir::Clock, Granted);

template <class Kind>
std::unique_ptr<Adapter> make(Profile profile, fhir::Client client, fhir::Clock clock,
                              Granted granted) {
    return std::make_unique<Kind>(std::move(profile), std::move(client), std::move(clock),
                                  std::move(granted));
}

/// To add a protocol: its file in CMakeLists.txt and one line here.
const std::map<std::string_view, Factory>& factories() {
    static const std::map<std::string_view, Factory> table{
        {"fhir-r4", make<Adapter>},
    };
    return table;
}

}  // namespace

std::unique_ptr<Adapter> makeAdapter(Profile profile, fhir::Client client, fhir::Clock clock,
                                     Granted granted) {
    const auto factory = factories().find(profile.protocol);
    if (factory != factories().end())
        return factory->second(std::move(profile), std::move(client), std::move(clock),
                               std::move(granted));
    std::string known;
    for (const auto& [name, make] : factories())
        known += (known.empty() ? "" : ", ") + std::string(name);
    throw fhir::Error(fhir::ErrorKind::InvalidInput,
                      "the vendor profile names an unknown protocol; there are " + known,
                      "/protocol");
}

}  // namespace adapters
