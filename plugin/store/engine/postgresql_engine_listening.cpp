#include "plugin/store/engine/postgresql_engine_listening.h"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>

#include "fhir/base/error.h"
#include "fhir/base/log.h"

namespace plugin::store {
namespace {

/// Before the server is asked again.
constexpr std::chrono::milliseconds kPause{1000};

struct Closing {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGnotify* notify) const { PQfreemem(notify); }
    void operator()(PGresult* result) const { PQclear(result); }
};
template <class T>
using Held = std::unique_ptr<T, Closing>;

/// False once it is to end.
bool waitFor(int wake, int socket, int milliseconds) {
    pollfd events[] = {{wake, POLLIN, 0}, {socket, POLLIN, 0}};
    ::poll(events, socket < 0 ? 1 : 2, milliseconds);
    return events[0].revents == 0;
}

}  // namespace

PostgreSqlListening::PostgreSqlListening(fhir::Secret connection,
                                         std::function<void(const std::string&)> heard)
    : connection_(std::move(connection)),
      heard_(std::move(heard)),
      wake_(::eventfd(0, EFD_CLOEXEC)) {
    if (wake_ < 0) throw fhir::Error(fhir::ErrorKind::Internal, "there are too many open files");
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

PostgreSqlListening::~PostgreSqlListening() {
    thread_.request_stop();
    const std::uint64_t one = 1;
    static_cast<void>(::write(wake_, &one, sizeof one));
    thread_.join();
    ::close(wake_);
}

void PostgreSqlListening::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        listen(stop);
        if (!waitFor(wake_, -1, static_cast<int>(kPause.count()))) return;
    }
}

void PostgreSqlListening::listen(const std::stop_token& stop) {
    const Held<PGconn> connection(PQconnectdb(connection_.reveal().c_str()));
    if (PQstatus(connection.get()) != CONNECTION_OK) return;
    const Held<PGresult> answer(
        PQexec(connection.get(), ("LISTEN " + std::string(kChannel)).c_str()));
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) return;
    heard_("");  // whatever there was before is missed
    while (!stop.stop_requested()) {
        if (!waitFor(wake_, PQsocket(connection.get()), -1)) return;
        if (PQconsumeInput(connection.get()) == 0) {
            fhir::log::warning("changes are not heard for a while");
            return;
        }
        while (const Held<PGnotify> notify{PQnotifies(connection.get())}) heard_(notify->extra);
    }
}

}  // namespace plugin::store
