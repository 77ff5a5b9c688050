"""What a rubric file must say. The models are the documentation of the format: unknown fields are refused."""

from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from voicecoach.results import Measurement
from voicecoach.rubric.curve import target
from voicecoach.words import LANGUAGES, catalogue

RequirementId = Literal["rate", "pause", "tone", "intonation", "loudness", "clarity"]
REQUIREMENTS: tuple[RequirementId, ...] = ("rate", "pause", "tone", "intonation", "loudness", "clarity")
Need = Literal["speech_s", "voiced_s", "syllables", "sentence_ends", "windows", "snr_db", "bandwidth_hz", "baseline_s"]

OWN = "own:"  # begins the name of a measure that is not the package's

# TOML knows numbers from text, and inf and nan are numbers to it: neither a text nor those can be meant.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Score = Annotated[Number, Field(ge=0, le=100)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """One text in both languages."""

    zh: str = Field(min_length=1)  # Chinese
    en: str = Field(min_length=1)  # English

    def text(self, lang: str) -> str:
        """The text in one language, as it stands in the file.

        Examples
        --------
        >>> Words(zh="秒", en="s").text("en")
        's'
        """
        return {"zh": self.zh, "en": self.en}[lang]

    def both(self, **facts: object) -> dict[str, str]:
        """Both texts with ``facts`` filled in.

        Examples
        --------
        >>> Words(zh="{value} 秒", en="{value} s").both(value=2)
        {'zh': '2 秒', 'en': '2 s'}
        """
        return {"zh": self.zh.format_map(facts), "en": self.en.format_map(facts)}


class Moves(_Strict):
    """A known change of a recording that must move the value: the contract test makes it."""

    by: str  # a change of voicecoach.manipulation, for example "stretch:0.8"
    direction: Literal["up", "down"]  # where the value must go
    at_least: Annotated[Number, Field(gt=0)]  # in the criterion's unit


class Holds(_Strict):
    """A known change that must leave the value alone."""

    by: str  # as above
    within: Annotated[Number, Field(gt=0)]  # in the criterion's unit


class Criterion(_Strict):
    """One row: what is measured, what counts as good, who says so, and what to tell the trainee.

    A row need not say what to do where a second voice, music or people talking behind are on the channel: if its
    measure asks for a track that follows the voice, it is then ``not_measurable`` with that reason
    (:mod:`voicecoach.rubric.muting`); rows on levels and on the file alone are judged as ever.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")  # name of the row everywhere: small letters, digits and _
    requirement: RequirementId | Literal["secondary"]  # which of the six it belongs to; secondary: to none
    measure: str = Field(pattern=r"^[a-z_]+:[a-z0-9_]+$")  # module of voicecoach.measures : function
    unit: str  # one that the word files know
    title: Words  # what is measured, in a few words
    statement: Words  # the requirement in our own words
    heard: Words  # fills in value, low, high and the measurement's facts
    why: Words | None = None  # why it matters to the customer
    praise: Words | None = None  # said when this row is the strength of the call
    advice: dict[str, Words] = {}  # by direction ("low", "high"), direction and cause ("high_few_pauses"), or reason
    source: str = Field(min_length=1)  # document § heading, or the work that the figures come from
    basis: Literal["documents", "published", "convention", "fitted"]  # what its figures stand on
    known_error: Words  # how wrong the value can be, and when
    curve: list[tuple[Number, Score]] | None = Field(default=None, min_length=2)  # value → score, straight between
    limits: tuple[float, float] | None = None  # what the value cannot pass: an interval is cut there
    weight: Annotated[Number, Field(ge=0)] = 0  # share within the requirement; 0 = shown, not scored
    needs: dict[Need, Number] = {}  # least evidence for a score, beside the requirement's own needs
    max_total_effect: Annotated[Number, Field(gt=0)] | None = None  # points the overall score may lose by this row
    instead_of: str | None = None  # id of the row that is only shown where this one, against the own voice, is scored
    moves: Moves | None = None  # a change that must move the value (only one's own function may lack it)
    holds: Holds | None = None  # a change that must not (only one's own function may lack it)
    # One's own function, and what its codes of evidence and reasons mean: given in Python (Rubric.with_criterion)
    function: Callable[..., Measurement] | None = Field(default=None, exclude=True, repr=False)
    codes: dict[str, Words] = Field(default={}, exclude=True, repr=False)

    @property
    def called(self) -> Callable[..., Measurement]:
        """The function that measures: one's own, or that of :mod:`voicecoach.measures` that ``measure`` names."""
        return self.function or measure_function(self.measure)

    @field_validator("curve")
    @classmethod
    def _increasing(cls, curve: list[tuple[float, float]] | None) -> list[tuple[float, float]] | None:
        if curve and any(right[0] <= left[0] for left, right in pairwise(curve)):
            raise _wrong("curve_order")
        return curve

    @field_validator("measure")
    @classmethod
    def _exists(cls, measure: str) -> str:
        if measure.startswith(OWN):  # whether its function was given is looked at below, with the whole row
            return measure
        try:
            measure_function(measure)
        except (ModuleNotFoundError, AttributeError):
            raise _wrong("measure_exists") from None
        return measure

    @field_validator("unit")
    @classmethod
    def _has_words(cls, unit: str) -> str:
        units = catalogue("en")["units"]
        if unit not in units:
            raise _wrong("literal_error", expected=", ".join(units))
        return unit

    @field_validator("advice")
    @classmethod
    def _can_be_given(cls, advice: dict[str, Words]) -> dict[str, Words]:
        for key in advice:
            if key.split("_")[0] not in ("low", "high") and key not in catalogue("en")["reasons"]:
                raise _wrong("advice_key", field=f"advice.{key}", found=key)
        return advice

    @model_validator(mode="after")
    def _scored_rows_have_a_curve(self) -> Self:
        if self.weight > 0 and self.curve is None:
            raise _wrong("curve_needed", field="curve", found="-")
        return self

    @model_validator(mode="after")
    def _own_functions_are_given(self) -> Self:
        if self.measure.startswith(OWN) != (self.function is not None):
            raise _wrong("measure_exists", field="measure", found=self.measure)
        for field, given in {"moves": self.moves, "holds": self.holds}.items():
            if given is None and self.function is None:
                raise _wrong("missing", field=field, found="-")
        return self

    @model_validator(mode="after")
    def _words_can_be_filled(self) -> Self:
        low, high = target(self.curve) if self.curve else (None, None)
        texts = {"heard": self.heard, "praise": self.praise} | {f"advice.{key}": w for key, w in self.advice.items()}
        for name, words in texts.items():
            if words is None:
                continue
            side = name.split(".")[-1].split("_")[0]
            value = 1.0 if side in ("heard", "praise", "low", "high") else None
            facts = _AnyFact(low=low, high=high, gap=1.0, value=value)
            for lang in LANGUAGES:
                text = words.text(lang)
                try:
                    text.format_map(facts)
                except (ValueError, TypeError, LookupError, AttributeError):
                    raise _wrong("words_fillable", field=f"{name}.{lang}", found=text) from None
        return self


def measure_function(name: str) -> Callable[..., Measurement]:
    """The function that a row's ``measure`` names: ``module:function`` of :mod:`voicecoach.measures`.

    Raises
    ------
    ModuleNotFoundError, AttributeError    there is none

    Examples
    --------
    >>> measure_function("call:call_length").__module__
    'voicecoach.measures.call'
    """
    module, function = name.split(":")
    found: Callable[..., Measurement] = getattr(import_module(f"voicecoach.measures.{module}"), function)
    return found


class _AnyFact(dict[str, float | None]):
    """Facts to try sentences with: what a measure will tell is not known here, so any other name is a number."""

    def __missing__(self, name: str) -> float:
        return 1


def _wrong(code: str, **facts: object) -> PydanticCustomError:
    """A fault whose words stand under ``[expected]`` in the word files; ``field``, ``found`` and ``row`` override."""
    return PydanticCustomError(code, "see the word files", facts)


class Requirement(_Strict):
    """One of the six: its title, its share of the overall score, and how much speech it needs."""

    id: RequirementId  # rate, pause, tone, intonation, loudness, clarity
    title: Words  # its name in reports
    source: str = Field(min_length=1)  # document § heading
    weight: Annotated[Number, Field(ge=0)] = 1  # share of the overall score
    lead: str  # the criterion that is shown first
    needs: dict[Need, Number] = {}  # least evidence before any row of it is scored


class Bands(_Strict):
    """From which score on a band is reached."""

    on_target: Score = 80  # 达标
    close: Score = 60  # 接近; below is to practise

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.close >= self.on_target:
            raise _wrong("less_than", field="bands.close", found=self.close, lt=self.on_target)
        return self


class Rubric(_Strict):
    """A whole rubric. ``sha256`` is that of its content, not of its layout, so that two reports can be compared."""

    name: str = Field(min_length=1)  # what reports call it
    title: Words  # what people read
    min_judged: int = Field(default=4, ge=1, le=6)  # of the six, for an overall score
    bands: Bands = Bands()  # from which score on a requirement is on target, or close
    requirements: list[Requirement] = Field(min_length=6, max_length=6)  # each once
    criteria: list[Criterion] = Field(min_length=1)  # in the order of the report
    sha256: str = ""

    @model_validator(mode="after")
    def _rows_fit_together(self) -> Self:
        if [requirement.id for requirement in self.requirements] != list(REQUIREMENTS):
            raise _wrong("requirement_order", field="requirement", found="-", expected=", ".join(REQUIREMENTS))
        ids = [criterion.id for criterion in self.criteria]
        twice = [name for name in ids if ids.count(name) > 1]
        if twice:
            raise _wrong("unique", row=twice[0], field="id", found=twice[0])
        for requirement in self.requirements:
            rows = [row.id for row in self.rows(requirement.id)]
            if requirement.lead not in rows:
                found, expected = requirement.lead, ", ".join(rows) or "-"
                raise _wrong("literal_error", row=requirement.id, field="lead", found=found, expected=expected)
        self._stand_ins_fit()
        without = [requirement.id for requirement in self.requirements if not requirement.weight]
        if len(without) >= self.min_judged:  # an overall score could then be a mean of nothing
            raise _wrong("weights", row=without[-1], field="weight", found=0, most=self.min_judged - 1)
        return self

    def _stand_ins_fit(self) -> None:
        """A row stands in for one other row of its requirement, which takes no further part in this."""
        standing = [row for row in self.criteria if row.instead_of is not None]
        named = [row.instead_of for row in standing]
        for row in standing:
            free = [
                one.id for one in self.rows(row.requirement)
                if one.id != row.id and one.instead_of is None and named.count(one.id) <= 1
            ]  # fmt: skip
            if row.instead_of not in free or row.id in named:
                expected = ", ".join(free) if free and row.id not in named else "-"
                raise _wrong("stands_in", row=row.id, field="instead_of", found=row.instead_of, expected=expected)
            if row.needs.get("baseline_s", 0) <= 0 or row.max_total_effect is not None:
                raise _wrong("stands_in_needs", row=row.id, field="instead_of", found=row.instead_of)

    def stand_in(self, criterion_id: str) -> Criterion | None:
        """The row that is scored instead of that one where there is a baseline, or None."""
        return next((row for row in self.criteria if row.instead_of == criterion_id), None)

    def band(self, score: float) -> str:
        """Band code of a score: ``on_target``, ``close`` or ``practise``."""
        if score >= self.bands.on_target:
            return "on_target"
        return "close" if score >= self.bands.close else "practise"

    def rows(self, requirement: str) -> list[Criterion]:
        """The criteria of one requirement, in the file's order."""
        return [row for row in self.criteria if row.requirement == requirement]

    def criterion(self, criterion_id: str) -> Criterion | None:
        """The row of that id, or None."""
        return next((row for row in self.criteria if row.id == criterion_id), None)

    def with_criterion(self, id: str, measure: Callable[..., Measurement] | str | None = None, **fields: Any) -> Self:
        """This rubric with one row more, or with fields of one of its rows changed; this one stays as it is.

        Parameters
        ----------
        id : str                        the new row's id, or that of the row to be changed
        measure : callable or str       your own function, or ``module:function`` of :mod:`voicecoach.measures`
        **fields                        of :class:`Criterion`; a new row needs ``title`` and ``unit`` at least

        Returns
        -------
        Rubric    to be given to one ``grade``, ``measure`` or ``measure_many``; nothing is registered anywhere

        Raises
        ------
        RubricError    the row is not what a row must be, or the function asks for a track that there is not

        Notes
        -----
        The function's parameters name the tracks that it is handed (properties of :class:`voicecoach.Tracks`) or
        ``baseline``, and it returns a :class:`voicecoach.Measurement` in the row's unit. What its codes of evidence and
        reasons mean is said in ``codes``. Texts are ``{"zh": …, "en": …}``, or one text for both. Left out, the row is
        a finding outside the six (``requirement="secondary"``), without a score (``weight=0``).

        Examples
        --------
        >>> from voicecoach.results import Measurement
        >>> from voicecoach.rubric import load_rubric
        >>> def units(ipus):
        ...     return Measurement(float(len(ipus)), "count")
        >>> rubric = load_rubric().with_criterion("units", units, unit="count", title="Units of speech")
        >>> rubric.criterion("units").measure
        'own:units'
        >>> load_rubric().with_criterion("speech_rate", weight=9).criterion("speech_rate").weight
        9.0
        """
        from voicecoach.rubric.own import with_row

        return self.model_copy(update=dict(with_row(self, id, measure, fields)))
