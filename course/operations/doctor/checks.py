"""All checks of `letterpath doctor`, in the order in which they are shown: one module a part."""

from course.operations.doctor.check_result import CheckResult
from course.operations.doctor.courses import check_courses
from course.operations.doctor.database import check_database
from course.operations.doctor.deliveries import check_deliveries
from course.operations.doctor.files import check_files
from course.operations.doctor.imprints import check_imprints
from course.operations.doctor.mail import check_mail
from course.operations.doctor.newsletters import check_newsletters
from course.operations.doctor.readers import check_readers
from course.operations.doctor.redis import check_redis
from course.runtime.process import Runtime


def check_all(runtime: Runtime) -> list[CheckResult]:
    return [
        *check_database(runtime),
        *check_files(runtime),
        *check_redis(runtime),
        *check_mail(runtime),
        *check_deliveries(runtime),
        *check_readers(runtime),
        *check_courses(runtime),
        *check_newsletters(runtime),
        *check_imprints(runtime),
    ]
