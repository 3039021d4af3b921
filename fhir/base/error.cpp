#include "fhir/base/error.h"

namespace fhir {

bool isRetryable(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::Unavailable:
        case ErrorKind::BadReply:
            return true;
        case ErrorKind::InvalidInput:
        case ErrorKind::Unauthorized:
        case ErrorKind::Forbidden:
        case ErrorKind::NotFound:
        case ErrorKind::Conflict:
        case ErrorKind::Refused:
        case ErrorKind::Internal:
            return false;
    }
    return false;
}

ErrorOrigin Error::origin() const noexcept {
    if (origin_) return *origin_;
    switch (kind_) {
        case ErrorKind::Refused:
        case ErrorKind::BadReply:
        case ErrorKind::Unavailable:
            return ErrorOrigin::Ehr;
        case ErrorKind::InvalidInput:
        case ErrorKind::Unauthorized:
        case ErrorKind::Forbidden:
        case ErrorKind::NotFound:
        case ErrorKind::Conflict:
        case ErrorKind::Internal:
            return ErrorOrigin::Caller;
    }
    return ErrorOrigin::Caller;
}

int httpStatus(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::InvalidInput:
            return 400;
        case ErrorKind::Unauthorized:
            return 401;
        case ErrorKind::Forbidden:
            return 403;
        case ErrorKind::NotFound:
            return 404;
        case ErrorKind::Conflict:
            return 409;
        case ErrorKind::Refused:
        case ErrorKind::BadReply:
            return 502;
        case ErrorKind::Unavailable:
            return 503;
        case ErrorKind::Internal:
            return 500;
    }
    return 500;
}

int exitCode(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::Unauthorized:
        case ErrorKind::Forbidden:
        case ErrorKind::NotFound:
        case ErrorKind::Conflict:
        case ErrorKind::Refused:
        case ErrorKind::BadReply:
            return 1;
        case ErrorKind::InvalidInput:
            return 2;
        case ErrorKind::Unavailable:
            return 3;
        case ErrorKind::Internal:
            return 4;
    }
    return 4;
}

const char* toString(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::InvalidInput:
            return "invalid-input";
        case ErrorKind::Unauthorized:
            return "unauthorized";
        case ErrorKind::Forbidden:
            return "forbidden";
        case ErrorKind::NotFound:
            return "not-found";
        case ErrorKind::Conflict:
            return "conflict";
        case ErrorKind::Refused:
            return "refused";
        case ErrorKind::BadReply:
            return "bad-reply";
        case ErrorKind::Unavailable:
            return "unavailable";
        case ErrorKind::Internal:
            return "internal";
    }
    return "internal";
}

}  // namespace fhir
