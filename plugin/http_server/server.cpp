#include "plugin/http_server/server.h"

#include "plugin/http_server/server_loop.h"

namespace plugin::http_server {

struct Server::State {
    ServerLoop loop;
};

Server::Server(const ServerOptions& options, std::function<Response(Request)> handler)
    : state_(new State{{options, std::move(handler)}}) {}

Server::~Server() = default;

std::uint16_t Server::port() const noexcept {
    return state_->loop.port();
}

}  // namespace plugin::http_server
