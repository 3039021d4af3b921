#include "tests/faults/instances.h"

#include <unistd.h>

#include <csignal>
#include <deque>
#include <filesystem>
#include <fstream>
#include <thread>

#include "fhir/base/error.h"
#include "plugin/settings/settings.h"
#include "tests/support/site_text.h"

namespace faults {
namespace {

constexpr const char* kNginx = "/usr/sbin/nginx";

using namespace std::chrono_literals;

/// A POST goes to another instance only where it was not sent to the first (proxy_next_upstream
/// without non_idempotent): what may have been carried out is for the page to repeat, with its id.
std::string proxyText(const std::string& folder, const std::vector<std::uint16_t>& ports) {
    std::string servers;
    for (std::size_t i = 1; i < ports.size(); ++i)
        servers +=
            "server 127.0.0.1:" + std::to_string(ports[i]) + " max_fails=1 fail_timeout=1s; ";
    std::string folders;
    for (const auto* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        folders += std::string(kind) + "_temp_path " + folder + "/" + kind + "; ";
    return "daemon off; worker_processes 1; pid " + folder + "/nginx.pid;\n" +
           "events { worker_connections 512; }\nhttp { access_log off; " + folders +
           "\nupstream instances { " + servers +
           "}\nserver { listen 127.0.0.1:" + std::to_string(ports.front()) +
           ";\nlocation /api/ { proxy_pass http://instances; proxy_http_version 1.1; "
           "proxy_set_header Connection \"\"; proxy_set_header Host $host; "
           "proxy_connect_timeout 1s; proxy_read_timeout 15s; "
           "proxy_next_upstream error timeout; } } }\n";
}

std::string siteFor(std::uint16_t port, const plugin::store::PostgreSqlOptions& store,
                    const std::string& ehr) {
    const auto text =
        test::changed(test::siteText(ehr, R"(,"write":{"routes":["observation","companion"]})", 2),
                      "127.0.0.1:0", "127.0.0.1:" + std::to_string(port));
    return test::changed(
        text, R"("engine": "sqlite", "path": "test.db")",
        R"("engine": "postgresql", "keys": [{"id": "faults", "key": "file:store.key"}],
            "postgresql": {"host": ")" +
            store.host + R"(", "database": ")" + store.database + R"(", "user": ")" + store.user +
            R"(", "tls": "disable"})");
}

}  // namespace

Instances::Instances(std::string program, std::size_t count,
                     const plugin::store::PostgreSqlOptions& store, const std::string& ehr)
    : program_(std::move(program)), ports_(test::freePorts(count + 1)) {
    folder_.write("store.key", "ZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY=");
    for (std::size_t i = 0; i < count; ++i)
        sites_.push_back(folder_.write("site" + std::to_string(i) + ".json",
                                       siteFor(ports_[i + 1], store, ehr)));
    auto read = plugin::readSettings(siteFor(ports_[1], store, ehr), folder_.path());
    if (!read.faults.empty()) throw std::runtime_error(read.faults.front().text);
    store_ = std::move(read.settings.store);

    const auto proxy = folder_.file("proxy");
    std::filesystem::create_directory(proxy);
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0711));
    std::filesystem::permissions(proxy, std::filesystem::perms::all);
    const auto file = folder_.write("nginx.conf", proxyText(proxy, ports_));
    // Told here: what runs it as somebody else would only end, and no page would be answered.
    if (!std::filesystem::exists(kNginx))
        throw std::runtime_error("the tests need Debian's package nginx");
    nginx_ = std::make_unique<test::Program>(
        test::asNobody({kNginx, "-p", proxy, "-e", proxy + "/error.log", "-c", file}),
        folder_.file("nginx.log"), SIGTERM);
    running_.resize(count);
    for (std::size_t i = 0; i < count; ++i) start(i);
}

fhir::Url Instances::proxy() const {
    return fhir::Url::parse("http://127.0.0.1:" + std::to_string(ports_.front()));
}

void Instances::start(std::size_t which) {
    running_.at(which) = std::make_unique<test::Program>(
        std::vector<std::string>{program_, "serve", "--config", sites_.at(which)},
        sites_.at(which) + ".log");
}

std::string Instances::end(std::size_t which, int signal) {
    if (!isRunning(which)) return judgeEnd(which);
    const int code = running_.at(which)->end(signal);
    // A moment after its start it does not know better yet than to die of SIGTERM.
    if (code == -signal || code == 0) return {};
    return judgeEnd(which);
}

std::string Instances::judgeEnd(std::size_t which) {
    constexpr int kCannotBeReached = 3;
    const int code = running_.at(which)->end(0);
    if (code == 0 || code == kCannotBeReached || code == -SIGKILL || code == -SIGTERM) return {};
    return "an instance ended by itself with " + std::to_string(code);
}

fhir::Url Instances::address(std::size_t which) const {
    return fhir::Url::parse("http://127.0.0.1:" + std::to_string(ports_.at(which + 1)));
}

bool Instances::areReady() {
    const auto until = std::chrono::steady_clock::now() + 60s;
    for (std::size_t i = 0; i < count();) {
        try {
            const auto target = address(i).resolve("/health/live");
            if (transport_->send({"GET", target, {}, {}}, fhir::deadlineIn(20s)).status == 200) {
                ++i;
                continue;
            }
        } catch (const fhir::Error&) {
            // not yet
        }
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(100ms);
    }
    return true;
}

std::string Instances::complaints() const {
    std::string result;
    for (const auto& site : sites_) {
        std::ifstream log(site + ".log");
        std::deque<std::string> last;
        for (std::string line; std::getline(log, line);) {
            if (line.find(R"("level":"error")") == line.npos && line.starts_with("{")) continue;
            last.push_back(line.substr(0, 400));
            if (last.size() > 12) last.pop_front();
        }
        for (const auto& line : last) result += "    " + line + "\n";
    }
    return result;
}

}  // namespace faults
