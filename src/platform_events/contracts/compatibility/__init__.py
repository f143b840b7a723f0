"""Whether the events of this release go together with those of the releases before.

While a release is rolled out, old and new run side by side: deployed producers send to new
consumers, and new producers to deployed consumers. A change is compatible if neither meets data
that it refuses. What that rests on is said in :mod:`.inclusion`.
"""

from .baselines import check_compat as check_compat
from .changes import ChangeKind as ChangeKind
from .changes import Finding as Finding
from .changes import Role as Role
from .comparison import compare_schemas as compare_schemas
from .releases import Release as Release
from .releases import compare_releases as compare_releases
from .report import Report as Report
