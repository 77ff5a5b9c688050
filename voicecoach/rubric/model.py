"""What a rubric file must say. The models are the documentation of the format: unknown fields are refused."""

from importlib import import_module
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

RequirementId = Literal["rate", "pause", "tone", "intonation", "loudness", "clarity"]
REQUIREMENTS: tuple[RequirementId, ...] = ("rate", "pause", "tone", "intonation", "loudness", "clarity")
Need = Literal["speech_s", "voiced_s", "syllables", "sentence_ends", "windows", "snr_db", "bandwidth_hz", "baseline_s"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """One text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

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
    direction: Literal["up", "down"]
    at_least: Annotated[float, Field(gt=0)]  # in the criterion's unit


class Holds(_Strict):
    """A known change that must leave the value alone."""

    by: str
    within: Annotated[float, Field(gt=0)]  # in the criterion's unit


class Criterion(_Strict):
    """One row: what is measured, what counts as good, who says so, and what to tell the trainee."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    requirement: RequirementId | Literal["secondary"]
    measure: str = Field(pattern=r"^[a-z_]+:[a-z0-9_]+$")  # module of voicecoach.measures : function
    unit: str
    title: Words
    statement: Words  # the requirement in our own words
    heard: Words  # fills in value, low, high and the measurement's facts
    why: Words | None = None  # why it matters to the customer
    praise: Words | None = None  # said when this row is the strength of the call
    advice: dict[str, Words] = {}  # by direction ("low", "high"), direction and cause ("high_few_pauses"), or reason
    source: str = Field(min_length=1)  # document § heading, or the work that the figures come from
    basis: Literal["documents", "published", "convention", "fitted"]
    known_error: Words
    curve: list[tuple[float, Annotated[float, Field(ge=0, le=100)]]] | None = Field(default=None, min_length=2)
    weight: float = Field(default=0, ge=0)  # share within the requirement; 0 = shown, not scored
    needs: dict[Need, float] = {}  # least evidence for a score, beside the requirement's own needs
    max_total_effect: float | None = Field(default=None, gt=0)  # points the overall score may lose by this row
    moves: Moves
    holds: Holds

    @field_validator("curve")
    @classmethod
    def _increasing(cls, curve: list[tuple[float, float]] | None) -> list[tuple[float, float]] | None:
        if curve and any(b[0] <= a[0] for a, b in pairwise(curve)):
            raise ValueError("values of a curve must increase from point to point")
        return curve

    @field_validator("measure")
    @classmethod
    def _exists(cls, measure: str) -> str:
        module, function = measure.split(":")
        try:
            found = hasattr(import_module(f"voicecoach.measures.{module}"), function)
        except ModuleNotFoundError:
            found = False
        if not found:
            raise ValueError("there is no such function in voicecoach.measures")
        return measure

    @model_validator(mode="after")
    def _scored_rows_have_a_curve(self) -> Self:
        if self.weight > 0 and self.curve is None:
            raise ValueError("a row with a weight needs a curve")
        return self


class Requirement(_Strict):
    """One of the six: its title, its share of the overall score, and how much speech it needs."""

    id: RequirementId
    title: Words
    source: str = Field(min_length=1)
    weight: float = Field(default=1, ge=0)
    lead: str  # the criterion that is shown first
    needs: dict[Need, float] = {}


class Bands(_Strict):
    """From which score on a band is reached."""

    on_target: float = 80
    close: float = 60


class Rubric(_Strict):
    """A whole rubric. ``sha256`` is that of its content, not of its layout, so that two reports can be compared."""

    name: str = Field(min_length=1)
    title: Words
    min_judged: int = Field(default=4, ge=1, le=6)
    bands: Bands = Bands()
    requirements: list[Requirement] = Field(min_length=6, max_length=6)
    criteria: list[Criterion] = Field(min_length=1)
    sha256: str = ""

    @model_validator(mode="after")
    def _rows_fit_together(self) -> Self:
        if [requirement.id for requirement in self.requirements] != list(REQUIREMENTS):
            raise ValueError(f"requirements must be {', '.join(REQUIREMENTS)}, in this order")
        ids = [criterion.id for criterion in self.criteria]
        twice = {name for name in ids if ids.count(name) > 1}
        if twice:
            raise ValueError(f"two rows have the id {sorted(twice)[0]}")
        for requirement in self.requirements:
            lead = next((row for row in self.criteria if row.id == requirement.lead), None)
            if lead is None or lead.requirement != requirement.id:
                raise ValueError(f"the lead of {requirement.id} must be the id of one of its rows")
        return self

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
