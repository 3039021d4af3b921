#include "tests/support/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace test {
namespace {

using std::chrono::milliseconds;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

sockaddr* generic(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address);
}

/// A listening socket on a free port.
std::pair<int, std::uint16_t> listenAnywhere() {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    socklen_t length = sizeof(address);
    if (descriptor < 0 || ::bind(descriptor, generic(address), length) != 0 ||
        ::listen(descriptor, 64) != 0 || ::getsockname(descriptor, generic(address), &length) != 0)
        throw std::runtime_error("the test's server cannot listen");
    return {descriptor, ntohs(address.sin_port)};
}

std::size_t contentLength(const std::string& head) {
    auto lower = head;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto at = lower.find("\r\ncontent-length:");
    return at == std::string::npos ? 0 : std::strtoul(lower.c_str() + at + 17, nullptr, 10);
}

}  // namespace

Connection::Connection(int descriptor, ssl_ctx_st* tls) : descriptor_(descriptor) {
    if (tls == nullptr) return;
    ssl_ = SSL_new(tls);
    SSL_set_fd(ssl_, descriptor_);
    failed_ = SSL_accept(ssl_) != 1;
    ERR_clear_error();
}

Connection::~Connection() {
    if (ssl_ != nullptr) {
        if (!failed_) SSL_shutdown(ssl_);
        SSL_free(ssl_);
        ERR_clear_error();
    }
    ::close(descriptor_);
}

long Connection::receive(char* buffer, std::size_t size) {
    if (failed_) return 0;
    if (ssl_ == nullptr) return ::recv(descriptor_, buffer, size, 0);
    const int count = SSL_read(ssl_, buffer, static_cast<int>(size));
    if (count <= 0) failed_ = true;
    ERR_clear_error();
    return count;
}

std::string Connection::readRequest() {
    char buffer[4096];
    for (;;) {
        const auto end = pending_.find("\r\n\r\n");
        if (end != std::string::npos) {
            const auto size = end + 4 + contentLength(pending_.substr(0, end + 2));
            if (pending_.size() >= size) {
                auto request = pending_.substr(0, size);
                pending_.erase(0, size);
                return request;
            }
        }
        const auto count = receive(buffer, sizeof(buffer));
        if (count <= 0) return {};
        pending_.append(buffer, static_cast<std::size_t>(count));
    }
}

bool Connection::send(const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
        if (failed_) return false;
        const auto left = bytes.size() - sent;
        const long count = ssl_ == nullptr
                               ? ::send(descriptor_, bytes.data() + sent, left, MSG_NOSIGNAL)
                               : SSL_write(ssl_, bytes.data() + sent, static_cast<int>(left));
        if (ssl_ != nullptr) ERR_clear_error();
        if (count <= 0) {
            failed_ = true;
            return false;
        }
        sent += static_cast<std::size_t>(count);
    }
    return true;
}

bool Connection::gone(milliseconds wait) {
    pollfd watched{descriptor_, POLLRDHUP, 0};
    return failed_ || ::poll(&watched, 1, static_cast<int>(wait.count())) != 0;
}

std::size_t Connection::drip(const std::string& bytes, milliseconds pause) {
    std::size_t sent = 0;
    while (send(std::string(1, bytes[sent % bytes.size()]))) {
        ++sent;
        if (gone(pause)) break;
    }
    return sent;
}

std::size_t Connection::flood(const std::string& block) {
    std::size_t sent = 0;
    while (send(block)) sent += block.size();
    return sent;
}

void Connection::waitUntilClosed() {
    char buffer[4096];
    while (receive(buffer, sizeof(buffer)) > 0) {
    }
}

void Connection::reset() {
    const linger hard{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    failed_ = true;
}

std::string Connection::peerName() const {
    X509* shown = ssl_ == nullptr ? nullptr : SSL_get0_peer_certificate(ssl_);
    char name[100] = "";
    if (shown != nullptr)
        X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, sizeof(name));
    return name;
}

void Connection::interrupt() {
    ::shutdown(descriptor_, SHUT_RDWR);
}

RawServer::RawServer(Script script, const Certificate* certificate, const Certificate* client)
    : script_(std::move(script)) {
    std::tie(listener_, port_) = listenAnywhere();
    if (certificate != nullptr) {
        tls_.reset(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
        SSL_CTX_use_certificate(tls_.get(), certificate->x509());
        SSL_CTX_use_PrivateKey(tls_.get(), certificate->key());
        if (client != nullptr) {
            X509_STORE_add_cert(SSL_CTX_get_cert_store(tls_.get()), client->x509());
            SSL_CTX_set_verify(tls_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                               nullptr);
        }
    }
    acceptor_ = std::thread([this] { accept(); });
}

RawServer::~RawServer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (auto* connection : open_) connection->interrupt();
    }
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (auto& thread : threads_) thread.join();
    ::close(listener_);
}

void RawServer::accept() {
    for (;;) {
        const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (descriptor < 0) return;
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            ::close(descriptor);
            return;
        }
        threads_.emplace_back(
            [this, descriptor, number = accepted_++] { serve(descriptor, number); });
    }
}

void RawServer::serve(int descriptor, std::size_t number) {
    // What a peer that is gone makes of our writing shows in what send() returns.
    sigset_t pipe;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    // A peer that never ends its handshake must not keep the test from ending.
    const timeval longest{20, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof(longest));
    Connection connection(descriptor, tls_.get());
    auto place = open_.end();
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        place = open_.insert(open_.end(), &connection);
    }
    script_(connection, number);
    const std::lock_guard lock(mutex_);
    open_.erase(place);
}

std::string RawServer::url(const std::string& host) const {
    return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(port_);
}

std::string answer(int status, const std::string& body, const std::string& headers) {
    return "HTTP/1.1 " + std::to_string(status) + " Made up\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::uint16_t closedPort() {
    const auto [descriptor, port] = listenAnywhere();
    ::close(descriptor);
    return port;
}

}  // namespace test
