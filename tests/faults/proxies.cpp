#include "tests/faults/proxies.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>

#include "plugin/cli/simulated_ehr.h"
#include "tests/faults/lax_server.h"
#include "tests/support/http_forms.h"
#include "tests/support/program.h"
#include "tests/support/raw_connection.h"
#include "tests/support/site_text.h"
#include "tests/support/temporary_folder.h"

namespace faults {
namespace {

using namespace std::chrono_literals;

/// A proxy, and how it is run in a folder of its own.
struct Proxy {
    std::string name, file, text;
    std::vector<std::string>
        words;  ///< CONFIG stands for the path of `file`, FOLDER for its folder
};

std::vector<Proxy> proxies(const std::vector<std::uint16_t>& ports, const std::string& folder) {
    const auto at = [&](std::size_t i) { return "127.0.0.1:" + std::to_string(ports.at(i)); };
    std::string folders;
    for (const auto* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        folders += std::string(kind) + "_temp_path " + folder + "/" + kind + "; ";
    std::string modules;
    for (const auto* module : {"mpm_event", "authz_core", "proxy", "proxy_http"})
        modules += "LoadModule " + std::string(module) + "_module /usr/lib/apache2/modules/mod_" +
                   module + ".so\n";
    return {
        {"HAProxy",
         "haproxy.cfg",
         "defaults\n mode http\n timeout connect 5s\n timeout client 20s\n timeout server 20s\n"
         "frontend all\n bind " +
             at(1) + "\n default_backend one\nbackend one\n http-reuse always\n server one " +
             at(0) + "\n",
         {"/usr/sbin/haproxy", "-db", "-f", "CONFIG"}},
        {"nginx",
         "nginx.conf",
         "daemon off; worker_processes 1; pid " + folder +
             "/nginx.pid; error_log /dev/null;\nevents {}\nhttp { access_log off; " + folders +
             "\nupstream one { server " + at(0) + "; keepalive 4; }\nserver { listen " + at(2) +
             "; location / { proxy_pass http://one; proxy_http_version 1.1; proxy_set_header "
             "Connection \"\"; proxy_set_header Host $http_host; } } }\n",
         {"/usr/sbin/nginx", "-p", "FOLDER", "-e", "/dev/null", "-c", "CONFIG"}},
        {"Apache",
         "apache.conf",
         "ServerRoot \"" + folder + "\"\nServerName 127.0.0.1\nPidFile " + folder +
             "/apache.pid\nErrorLog /dev/null\nListen " + at(3) + "\n" + modules +
             "ProxyPreserveHost On\nProxyPass \"/\" \"http://" + at(0) + "/\"\n",
         {"/usr/sbin/apache2", "-DFOREGROUND", "-f", "CONFIG"}},
        {"Caddy",
         "Caddyfile",
         "{\n admin off\n auto_https off\n}\nhttp://:" + std::to_string(ports.at(4)) +
             " {\n bind 127.0.0.1\n reverse_proxy " + at(0) + "\n}\n",
         {"env", "HOME=FOLDER", "/usr/bin/caddy", "run", "--adapter", "caddyfile", "--config",
          "CONFIG"}},
    };
}

std::vector<std::string> wordsOf(const Proxy& proxy, const std::string& folder) {
    std::vector<std::string> words;
    for (auto word : proxy.words) {
        for (const auto& [mark, text] :
             {std::pair<std::string, std::string>("CONFIG", folder + "/" + proxy.file),
              {"FOLDER", folder}})
            if (const auto place = word.find(mark); place != std::string::npos)
                word.replace(place, mark.size(), text);
        words.push_back(std::move(word));
    }
    return test::asNobody(std::move(words));
}

/// An honest caller, on a connection that is kept open for as long as the proxy likes.
class Honest {
public:
    explicit Honest(std::uint16_t port) : port_(port) {}

    /// Asks for one of two things in turn, whose answers differ; "" if that answer came.
    std::string ask() {
        const bool isKeys = ++asked_ % 2 == 0;
        const auto answer =
            exchange(std::string("GET ") + (isKeys ? "/.well-known/jwks.json" : "/cds-services") +
                     " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: identity\r\n\r\n");
        const auto* mark = isKeys ? "\"keys\"" : "\"services\"";
        if (answer.starts_with("HTTP/1.1 200 ") && answer.find(mark) != std::string::npos)
            return {};
        return "an honest caller got another answer: " + answer.substr(0, 300);
    }

private:
    std::string exchange(const std::string& bytes) {
        for (int tries = 0; tries < 2; ++tries) {
            if (!connection_ || connection_->isClosed())
                connection_ = std::make_unique<test::RawConnection>(port_);
            connection_->send(bytes);
            auto answer = connection_->answers(1);
            if (!answer.empty()) return answer;
            connection_.reset();  // the proxy has closed it meanwhile
        }
        return "(none)";
    }

    std::uint16_t port_;
    int asked_ = 0;
    std::unique_ptr<test::RawConnection> connection_;
};

bool isUp(std::uint16_t port) {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < until) {
        try {
            test::RawConnection connection(port);
            connection.send(
                "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
            if (connection.untilClosed().find(" 200 ") != std::string::npos) return true;
        } catch (const std::exception&) {
            // not yet
        }
        std::this_thread::sleep_for(50ms);
    }
    return false;
}

/// How many requests the most lenient of proxies can see: it drops what it does not like, and goes
/// on behind it.
std::size_t requestsIn(const std::string& bytes) {
    std::size_t count = 0;
    for (auto at = bytes.find(" HTTP/"); at != bytes.npos; at = bytes.find(" HTTP/", at + 1))
        ++count;
    return count;
}

SmuggleResult attack(const std::string& name, std::uint16_t port,
                     const std::vector<test::HttpForm>& forms) {
    SmuggleResult result{.proxy = name};
    Honest first(port), second(port);
    for (const auto& form : forms) {
        // As the product's own names: what is tried is the framing.
        auto bytes = form.bytes;
        for (auto at = bytes.find("Host: x\r\n"); at != bytes.npos; at = bytes.find("Host: x\r\n"))
            bytes.replace(at, 9, "Host: 127.0.0.1\r\n");
        test::RawConnection stranger(port);
        stranger.send(bytes);
        stranger.end();
        // One asks at once, and the others on what the first answer has left.
        std::string answers;
        for (auto* caller : {&first, &second, &first}) {
            if (caller == &second) answers = stranger.answers(1);
            result.fault = caller->ask();
            if (!result.fault.empty()) {
                result.fault += " (after \"" + form.name + "\")";
                return result;
            }
            ++result.honest;
        }
        const auto statuses = test::statusesOf(answers + stranger.untilClosed());
        ++result.forms;
        result.answers += static_cast<int>(statuses.size());
        // And the refusal of what it could make nothing of.
        if (const auto most = requestsIn(bytes) + 1; statuses.size() > most) {
            result.fault = "\"" + form.name + "\" got " + std::to_string(statuses.size()) +
                           " answers, and holds at most " + std::to_string(most) + " requests";
            return result;
        }
    }
    return result;
}

/// Where the proxies, which run as nobody, may write.
std::string proxyFolder(const test::TemporaryFolder& folder) {
    auto own = folder.file("proxies");
    std::filesystem::create_directory(own);
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0711));
    std::filesystem::permissions(own, std::filesystem::perms(0777));
    return own;
}

SmuggleResult attackThrough(const Proxy& proxy, std::uint16_t port, const std::string& folder,
                            const std::vector<test::HttpForm>& forms = test::httpForms()) {
    std::ofstream(folder + "/" + proxy.file) << proxy.text;
    const test::Program running(wordsOf(proxy, folder), folder + "/log", SIGTERM);
    return isUp(port)
               ? attack(proxy.name, port, forms)
               : SmuggleResult{.proxy = proxy.name, .fault = "it did not start; is it installed?"};
}

}  // namespace

std::vector<SmuggleResult> smuggleThroughProxies(const std::string& program) {
    const test::TemporaryFolder folder;
    const auto ports = test::freePorts(5);
    plugin::cli::SimulatedEhr ehr({.patients = 2});
    const auto site =
        folder.write("site.json", test::changed(test::siteText(ehr.base()), "127.0.0.1:0",
                                                "127.0.0.1:" + std::to_string(ports.front())));
    const test::Program service({program, "serve", "--config", site}, folder.file("log"));
    if (!isUp(ports.front())) throw std::runtime_error("the service did not start");

    const auto own = proxyFolder(folder);
    std::vector<SmuggleResult> results;
    std::size_t which = 0;
    for (const auto& proxy : proxies(ports, own))
        results.push_back(attackThrough(proxy, ports.at(++which), own));
    return results;
}

std::string whyNothingIsSmuggledToLaxServer() {
    // Which connection a proxy takes for whom is its own affair: the form is sent until one of the
    // honest callers was on the spoilt one.
    constexpr int kTries = 50;
    const auto& all = test::httpForms();
    const auto form = std::find_if(all.begin(), all.end(), [](const test::HttpForm& one) {
        return one.name == "a trailer that a lax reader takes for a request";
    });
    if (form == all.end()) return "the form is not there";
    const test::TemporaryFolder folder;
    const LaxServer server;
    auto ports = test::freePorts(5);
    ports.front() = server.port();
    const auto own = proxyFolder(folder);
    // Of the four it alone hands trailers on.
    const auto result = attackThrough(proxies(ports, own).front(), ports.at(1), own,
                                      std::vector<test::HttpForm>(kTries, *form));
    if (result.fault.find(LaxServer::kSmuggled) != std::string::npos) return {};
    return "no honest caller got the answer of " + std::to_string(result.forms) + " strangers" +
           (result.fault.empty() ? "" : "; " + result.fault);
}

}  // namespace faults
