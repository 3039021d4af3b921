#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "adapters/simulator/behaviour.h"
#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "fhir/base/random.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/simulated_ehr.h"
#include "plugin/cli/termination.h"
#include "plugin/cli/verbs.h"
#include "plugin/service/service.h"

namespace plugin::cli {
namespace {

/// A folder for this run, gone when it ends.
class TemporaryFolder {
public:
    TemporaryFolder() {
        auto pattern =
            (std::filesystem::temp_directory_path() / "whatmatters-demo-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr)
            throw fhir::Error(fhir::ErrorKind::InvalidInput,
                              "no temporary folder can be made; set TMPDIR to one that can be "
                              "written");
        path_ = pattern;
    }
    ~TemporaryFolder() {
        std::error_code ignored;  // a leftover in the temporary folder is no reason to fail
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

/// The vendor's profile with the blanks filled that only a site can fill.
adapters::Profile forHospital(adapters::Profile profile,
                              const adapters::simulator::WardSummary& ward) {
    const auto bar = std::min(ward.row.find('|'), ward.row.size());
    profile.flowsheet.system = ward.row.substr(0, bar);
    profile.flowsheet.code = ward.row.substr(std::min(bar + 1, ward.row.size()));
    profile.document.author = ward.practitioner;
    if (!ward.questionnaire.empty()) profile.questionnaire = {ward.questionnaire, "what-matters"};
    if (!ward.alwaysName.empty()) profile.queryParameters[ward.alwaysName] = ward.alwaysValue;
    return profile;
}

/// How the ward is listed: the best way that the vendor has.
adapters::WorklistQuery unitQuery(const adapters::Profile& profile,
                                  const adapters::simulator::WardSummary& ward) {
    return {.source = profile.worklists.front(),
            .location = ward.location,
            .identifier = ward.list,
            .practitioner = {},
            .days = 1,
            .group = ward.group,
            .patients = ward.patients};
}

/// How the service and its pages prove to the made-up authorization server who they are: with a
/// key where its vendor takes one, else with a secret. Both last as long as the demo.
AuthSettings makeAuth(const adapters::simulator::TokenRules& rules) {
    using fhir::smart::AuthMethod;
    const auto takes = [&](std::string_view method) {
        return std::find(rules.methods.begin(), rules.methods.end(), method) != rules.methods.end();
    };
    AuthSettings auth;
    auto& identity = auth.identity;
    identity.clientId = kAppClientId;
    if (takes("private_key_jwt")) {
        auth.method = "private-key-jwt";
        identity.method = AuthMethod::PrivateKeyJwt;
        identity.algorithm = fhir::smart::findAlgorithm(rules.algorithms.front()).value();
        identity.key = fhir::smart::Key::generate(identity.algorithm);
        identity.kid = identity.key->thumbprint();
    } else if (takes("client_secret_basic")) {
        auth.method = "client-secret-basic";
        identity.method = AuthMethod::ClientSecretBasic;
        identity.secret = fhir::Secret(fhir::randomToken(32));
    }
    return auth;
}

/// The same as its vendor's portal holds it.
adapters::simulator::RegisteredClient registered(const AuthSettings& auth) {
    const auto& identity = auth.identity;
    adapters::simulator::RegisteredClient client{
        .clientId = identity.clientId,
        .secret = identity.secret,
        .scopes = fhir::smart::Scopes::parse("system/*.cruds")};
    if (identity.key)
        client.keys = fhir::smart::JwkSet({{*identity.key, identity.kid, identity.algorithm}});
    return client;
}

Settings demoSettings(const SimulatedEhr& ehr, const AuthSettings& auth, std::uint16_t port,
                      const std::filesystem::path& folder) {
    const auto ward = ehr.ward();
    Settings settings;
    settings.development = true;
    settings.publicUrl = fhir::Url::parse("http://127.0.0.1");  // the service adds its port
    settings.http.listen.port = port;
    settings.http.operations.port = 0;
    settings.store.path = (folder / "whatmatters.db").string();
    ConnectionSettings connection;
    connection.id = "demo";
    connection.vendor = ehr.vendor();
    connection.profile = forHospital(adapters::vendorProfile(connection.vendor), ward);
    connection.routes = connection.profile.routes;
    connection.auth = auth;
    connection.fhirBase = fhir::Url::parse(ehr.base());
    connection.syncInterval = std::chrono::seconds(15);
    connection.units = {
        {ward.unitId, ward.unitName, unitQuery(connection.profile, ward), {ward.location}}};
    connection.launch = LaunchSettings{.clientId = kAppClientId,
                                       .auth = auth,
                                       .issuers = {connection.fhirBase},
                                       .scopes = {},
                                       .frameAncestors = {connection.fhirBase.origin()},
                                       .wardAsUser = false};
    settings.connections.push_back(std::move(connection));
    settings.teams.push_back({ward.teamId, ward.teamName, "demo", ward.teamSubject, 24});
    return settings;
}

}  // namespace

int demo(const Words& words) {
    const auto arguments = Arguments::parse({"demo",
                                             {{.name = "vendor"},
                                              {.name = "port"},
                                              {.name = "ehr-port"},
                                              {.name = "patients"},
                                              {.name = "seed"}},
                                             {}},
                                            words);
    const auto port = static_cast<std::uint16_t>(arguments.number("port", 8080, 0, 65535));
    fhir::log::keepFrom(fhir::log::Level::Warning);
    const Termination termination;
    const TemporaryFolder folder;
    auto options = simulatedEhrOptions(arguments, "ehr-port", 8081);
    const auto auth = makeAuth(adapters::simulator::behaviour(options.vendor).tokens);
    options.authorization.clients = {registered(auth)};
    options.hurry = true;  // nobody waits ten minutes for the first page
    SimulatedEhr ehr(options);
    service::Service service(demoSettings(ehr, auth, port, folder.path()), true);
    ehr.opens(fhir::Url::parse(service.address()));
    const auto ward = ehr.ward();
    service.readUnit("demo", ward.unitId);
    printLine("{\"startPage\":\"" + service.address() + "/\",\"ehr\":\"" + ehr.base() + "\"}");
    tell(
        "\nWhat Matters is running, with people who are all made up.\n\n"
        "  Open this page in a browser:  " +
        service.address() +
        "/\n"
        "  The made-up EHR (FHIR R4):    " +
        ehr.base() +
        "\n\n"
        "Stop it with Ctrl+C.\n");
    termination.wait();
    return 0;
}

}  // namespace plugin::cli
