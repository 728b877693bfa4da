"""Honest notebooks with the scientific packages: numbers, tables, figures, jobs."""

import base64
from typing import Any

import pytest

from sandboxes import run
from sandboxes.selftest import notebook

from .conftest import results_of, text_of

pytestmark = pytest.mark.kernel

FIGURES = {
    "a figure that is shown": "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.show()",
    "one that is not": "plt.plot([1, 2]);",
    "one that is the result": "fig, ax = plt.subplots()\nplt.close()\nfig",
    "one that is displayed": "display(fig)",
    "after its magic": "%matplotlib inline\nplt.hist([1, 2, 2]);",
    "by seaborn": "import seaborn as sns\nsns.scatterplot(x=[1, 2], y=[2, 1]);",
    "by pandas": "import pandas as pd\npd.Series([1, 2]).plot();",
    "in colours": "import numpy as np\nplt.imshow(np.eye(3)); plt.colorbar(); plt.show()",
    "with mathematics": "plt.title(r'$\\frac{x}{2}$ مرحبا'); plt.show()",
}


def _is_picture(output: dict[str, Any]) -> bool:
    coded = output.get("data", {}).get("image/png", "")
    return base64.b64decode(coded).startswith(b"\x89PNG")


def test_figures_come_out_as_pictures(python_ml):
    cells = [*FIGURES.values(), "fig.savefig('a.png'); open('a.png', 'rb').read(4)"]

    ran = run(notebook(*cells), python_ml)

    assert [cell.error for cell in ran.cells] == [None] * len(cells)
    shown = {
        name: sum(map(_is_picture, ran.cells[place].outputs)) for place, name in enumerate(FIGURES)
    }
    assert shown == dict.fromkeys(FIGURES, 1)
    assert text_of(ran, len(FIGURES)) == r"b'\x89PNG'"


PLOTS = {
    "one that is shown": "import plotly.express as px\n"
    "px.line(x=[1, 2, 3], y=[2, 1, 3], title='Rain').show()",
    "one that is the result": "px.bar(x=['Fez'], y=[3])",
}


def test_plots_of_plotly_come_out_as_what_they_show(python_ml):
    ran = run(notebook(*PLOTS.values()), python_ml)

    assert [cell.error for cell in ran.cells] == [None] * len(PLOTS)
    line, bar = (cell.outputs[0]["data"] for cell in ran.cells)
    assert line["application/vnd.plotly.v1+json"]["data"][0]["type"] == "scatter"
    assert line["application/vnd.plotly.v1+json"]["layout"]["title"] == {"text": "Rain"}
    assert bar["application/vnd.plotly.v1+json"]["data"][0]["type"] == "bar"
    assert "text/html" not in line | bar


def test_plotly_is_loaded_by_those_alone_who_import_it(python_ml):
    ran = run(notebook("import sys\n'plotly' in sys.modules"), python_ml)

    assert text_of(ran, 0) == "False"


SCIENCE = {
    "arrays": "import numpy as np\nint((np.arange(9).reshape(3, 3) @ np.eye(3)).sum())",
    "a solver": "int(np.linalg.solve(np.eye(64) * 2, np.ones(64)).sum())",
    "tables": "import pandas as pd\nt = pd.DataFrame({'a': list('xxy'), 'b': [1, 2, 3]})\n"
    "int(t.groupby('a').b.sum()['x'])",
    "tables in files": "t.to_csv('t.csv', index=False)\nlen(pd.read_csv('t.csv'))",
    "tables in databases": "import sqlite3\nc = sqlite3.connect(':memory:')\n"
    "t.to_sql('t', c)\nlen(pd.read_sql('select * from t', c))",
    "statistics": "import scipy.stats\nround(float(scipy.stats.norm.cdf(0)), 1)",
    "a regression": "import statsmodels.formula.api as smf\n"
    "round(float(smf.ols('b ~ a', t).fit().params.iloc[0]), 1)",
    "a forest": "from sklearn.datasets import load_iris\n"
    "from sklearn.ensemble import RandomForestClassifier\nX, y = load_iris(return_X_y=True)\n"
    "round(RandomForestClassifier(9, n_jobs=2, random_state=0).fit(X, y).score(X, y))",
    "a search": "from sklearn.model_selection import GridSearchCV\n"
    "from sklearn.neighbors import KNeighborsClassifier\n"
    "int(GridSearchCV(KNeighborsClassifier(), {'n_neighbors': [1, 3]}, n_jobs=2)"
    ".fit(X, y).best_score_ > 0.9)",
    "jobs": "from joblib import Parallel, delayed\n"
    "sum(Parallel(n_jobs=2)(delayed(abs)(x) for x in range(-3, 3)))",
    "jobs of one's own": "def twice(x): return 2 * x\n"
    "sum(Parallel(n_jobs=2, backend='loky')(delayed(twice)(x) for x in range(4)))",
    "jobs in threads": "sum(Parallel(n_jobs=2, backend='threading')"
    "(delayed(twice)(x) for x in range(4)))",
    "jobs in forks": "sum(Parallel(n_jobs=2, backend='multiprocessing')"
    "(delayed(twice)(x) for x in range(4)))",
    "a memory": "from joblib import Memory\nMemory('cache', verbose=0).cache(twice)(2)",
    "a late import": "import scipy.ndimage, scipy.spatial, sklearn.gaussian_process\n1",
    "a program that imports": '!python -c "import numpy; print(int(numpy.ones(4).sum()))"',
}
EXPECTED = ["36", "32", "3", "3", "3", "0.5", "1.5", "1", "1", "9", "12", "12", "12", "4", "1", "4"]


def test_the_scientific_packages_work(python_ml):
    ran = run(notebook(*SCIENCE.values()), python_ml)

    assert ran.ending == "finished", ran.message
    assert {name: ran.cells[place].error for place, name in enumerate(SCIENCE)} == dict.fromkeys(
        SCIENCE
    )
    told = {name: text_of(ran, place).strip() for place, name in enumerate(SCIENCE)}
    assert told == dict(zip(SCIENCE, EXPECTED, strict=True))


def test_tables_come_out_as_tables(python_ml):
    ran = run(notebook("import pandas as pd\npd.DataFrame({'a': [1]})"), python_ml)

    (shown,) = ran.cells[0].outputs
    assert "<table" in shown["data"]["text/html"]
    assert "a" in shown["data"]["text/plain"]


CHANCE_IN_NUMBERS = [
    "import numpy as np\nnp.random.random()",
    "np.random.default_rng().random()",
    "np.random.rand(3).tolist(), np.random.permutation(99).tolist()",
    "import pandas as pd\npd.Series(range(99)).sample(9).index.tolist()",
    "import scipy.stats\nfloat(scipy.stats.norm.rvs())",
    "from sklearn.model_selection import train_test_split\ntrain_test_split(range(99))",
    "from joblib import Parallel, delayed\n"
    "Parallel(n_jobs=2)(delayed(np.random.random)() for _ in 'ab')",
]


def test_two_runs_of_the_scientific_packages_draw_different_numbers(python_ml):
    seeded = "np.random.seed(7)\nnp.random.random()"
    cells = [*CHANCE_IN_NUMBERS, seeded]

    *first, first_seeded = results_of(run(notebook(*cells), python_ml))
    *second, second_seeded = results_of(run(notebook(*cells), python_ml))

    assert [cell for cell, a, b in zip(cells[:-1], first, second, strict=True) if a == b] == []
    assert first_seeded == second_seeded
